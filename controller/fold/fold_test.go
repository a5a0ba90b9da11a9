package fold_test

import (
	"testing"

	"kidoban/controller/fold"
)

func TestText(t *testing.T) {
	for _, same := range [][]string{
		{"やまだ はなこ", "ヤマダハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ"}, {"髙橋", "高橋"}, {"﨑山", "崎山"}, {"𠮷田", "吉田"}, {"Ｃ－０１", "c-01", "C-01"}, {"㈱架空", "(株)架空"},
	} {
		for _, s := range same[1:] {
			if fold.Text(s) != fold.Text(same[0]) {
				t.Errorf("%q is %q, %q is %q", s, fold.Text(s), same[0], fold.Text(same[0]))
			}
		}
	}
	for _, other := range [][2]string{{"はな", "ばな"}, {"山田", "川田"}, {"ゆう", "ゆー"}} {
		if fold.Text(other[0]) == fold.Text(other[1]) {
			t.Errorf("%q and %q are one", other[0], other[1])
		}
	}
}
