package words

// saidWiring is what the control loop says of the check of the wiring.
var saidWiring = []said{
	{"no such point of the wiring: the points are those of the configuration", "その点検箇所はありません。設定ファイルにある箇所だけを点検できます。", ""},
	{"account %s checks a point just now: wait until it is done", "アカウント{1}が点検中です。終わるまで少しお待ちください。", ""},
	{"that this point works was not seen: begin with it anew, and do what the page says",
		"この箇所の動作を確認できていません。もう一度始めて、画面の案内のとおりにしてください。", ""},
	{"only an alarm lamp or a siren is tried so: a strike is released by whoever may release the door",
		"試験動作ができるのは、警報灯と警報音だけです。電気錠は、解錠できる方が解錠します。", ""},
	{"begin with this point first", "先に、この箇所の点検を始めてください。", ""},
	{"who may look is shown the wiring: sign in first", "配線の点検は、サインインした方だけがご覧になれます。", "Sign in first."},
	{"say why the point is not passed", "合格としない理由を記入してください。", ""},
	{"a point is passed, failed or skipped", "結果は、合格・不合格・省略のいずれかです。", ""},
}
