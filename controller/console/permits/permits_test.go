package permits_test

import (
	"net/url"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
)

// request is a form that is filled in well.
func request() url.Values {
	return url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎", "佐藤 花子"}, "reading": {"やまだ たろう", "さとう はなこ"}, "person": {"", ""},
		"affiliation": {"", ""}, "class": {"contractor", "contractor"}, "entry_purpose": {"サーバ定期点検"}, "carry_in": {"ノートPC 1台"},
		"day": {today()}, "begin": {"00:00"}, "end": {"23:59"},
	}
}

func with(v url.Values, field string, values ...string) url.Values {
	v[field] = values
	return v
}

// asked sends a request from the preview page and returns the path of the permit.
func asked(b *consoletest.Browser, v url.Values) string {
	b.Helper()
	b.Get("/permits/ask")
	b.Send("/permits/ask", with(v, "do", "preview")).Must("送る前に確かめてください", "立会者のカードと一緒に")
	b.Send("/permits/ask", with(v, "do", "send")).Must("申請しました", "審査中")
	return b.Path
}

func TestLife(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t)
	clerk, officer := s.SignIn("clerk"), s.SignIn("officer")
	path := asked(clerk, request())
	clerk.Must("山田 太郎", "佐藤 花子", "サーバ定期点検", "ノートPC 1台").MustNot("許可しない")
	officer.Get("/permits").Must("あなたの決定・確認を待っているもの", "山田 太郎、佐藤 花子")
	officer.Get(path).Must("許可する", "扉で起きること")
	officer.Send(path+"/decide", url.Values{"do": {"refuse"}})
	if officer.Code != 422 {
		t.Errorf("a refusal without a reason: %d", officer.Code)
	}
	officer.Must("記入してください")
	officer.Send(path+"/decide", url.Values{"do": {"grant"}}).Must("許可しました", "許可済")
	officer.Get("/permits").Must("いま待っているものはありません")
	clerk.Get(path).Must("許可済", "扉で入室者を選ぶ", "橋本 美咲")
}

// today is the day in Japan, as a form sends it.
func today() string { return time.Now().In(access.JST).Format(time.DateOnly) }
