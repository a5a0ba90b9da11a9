package browser_test

import "fmt"

func broken(verb, point string) string {
	return `#faults form:has(input[name="verb"][value="` + verb + `"]):has(input[value="` + point + `"]) button`
}

func around(what string) string { return `#site form:has(input[value="` + what + `"]) button` }

// faults breaks what can be broken around the demonstration's door and mends it again, and the officer's first page, which lies
// open beside it, says each by itself.
func faults(b, officer *tab) {
	officer.play("officer").stay()
	b.play("clerk").menu("/demo")
	b.until("what follows is drawn", `!!document.querySelector('[data-part="doors"] svg')`)
	b.looks("demo")

	b.follow(verb("force"))
	officer.live("state", "不正開扉", "door forced")
	b.until("the demonstration's own page says it", fmt.Sprintf(`document.querySelector('[data-part="state"]').innerText.includes(%s)`, quote(b.in("不正開扉", "door forced"))))
	b.looks("demo-forced").follow(verb("close"))
	officer.live("doors", "扉 閉", "door closed")

	b.follow(broken("cut", "reader entry"))
	officer.live("doors", "応答なし", "does not answer")
	b.follow(broken("mend", "reader entry"))
	officer.live("health", "読取機 2台中2台", "readers: 2 of 2")

	b.follow(around("broker"))
	b.says(b.in("停止中", "stopped")).looks("demo-broker")
	officer.live("state", "中央記録と未接続", "No link to the central log")
	b.follow(around("broker"))
	b.hides(b.in("停止中", "stopped")) // the link comes back in its own time
	b.follow(card("7777", ""))
	officer.live("events", "登録のないカード", "unknown card")
	for range value[int](officer, `document.querySelectorAll('[data-part="state"] button[form="ack"]').length`) {
		officer.follow(`[data-part="state"] button[form="ack"]`)
	}
}
