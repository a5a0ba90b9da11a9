package words

import "sync"

// catalogue is every sentence, ready to be recognised.
var catalogue = sync.OnceValue(func() index { return newIndex(append(saidAll(), saidSystem)...) })

// saidAll is what is said in this source.
func saidAll() [][]said {
	return [][]said{saidOffice, saidRoom, saidDesk, saidCards, saidPeople, saidDevice, saidWiring}
}

// saidSystem is what the machine's own system and libraries say, as far as somebody can do something about it.
var saidSystem = []said{
	{"no space left on device", "記憶装置に空きがありません", ""},
	{"permission denied", "権限がありません", ""},
	{"read-only file system", "記憶装置が読取専用になっています", ""},
	{"input/output error", "記憶装置の読み書きに失敗しました", ""},
	{"disk I/O error", "記憶装置の読み書きに失敗しました", ""},
	{"database or disk is full", "記憶装置に空きがありません", ""},
	{"database disk image is malformed", "記録の保存領域が壊れています", ""},
	{"no such file or directory", "ファイルがありません", ""},
	{"connection refused", "接続先が応答しません", ""},
	{"i/o timeout", "時間内に応答がありません", ""},
	{"context deadline exceeded", "時間内に終わりませんでした", "it took too long"},
	{"context canceled", "中止しました", "it was given up"},
	{"http: request body too large", "ファイルが大きすぎます", "the file is too large"},
}
