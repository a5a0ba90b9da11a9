package source

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Index knows where each key of a TOML document stands, by its path: "door[0].entry_reader.d0".
type Index map[string]Pos

// Has reports whether the document holds the key.
func (x Index) Has(path string) bool { _, ok := x[path]; return ok }

// At is the place of the key, or of the nearest table around it that the document holds.
func (x Index) At(path string) Pos {
	for {
		if p, ok := x[path]; ok {
			return p
		}
		cut := max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['))
		if cut < 0 {
			return Pos{1, 1}
		}
		path = path[:cut]
	}
}

// indexer walks the document's syntax, which the decoder has accepted.
type indexer struct {
	text   []byte
	starts []int // offset of each line
	places Index
	counts map[string]int // elements so far of each array of tables, by path
}

func index(text []byte) Index {
	x := indexer{text: text, starts: []int{0}, places: Index{}, counts: map[string]int{}}
	for i, c := range text {
		if c == '\n' {
			x.starts = append(x.starts, i+1)
		}
	}
	var parser unstable.Parser
	parser.Reset(text)
	table := ""
	for parser.NextExpression() {
		switch n := parser.Expression(); n.Kind {
		case unstable.Table:
			table = x.keys("", n.Key(), false)
		case unstable.ArrayTable:
			table = x.keys("", n.Key(), true)
		case unstable.KeyValue:
			x.keyValue(table, n)
		}
	}
	return x.places
}

func (x *indexer) keyValue(table string, n *unstable.Node) {
	x.value(x.keys(table, n.Key(), false), n.Value())
}

func (x *indexer) value(path string, v *unstable.Node) {
	switch v.Kind {
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				x.keyValue(path, it.Node())
			}
		}
	case unstable.Array:
		i := 0
		for it := v.Children(); it.Next(); {
			if n := it.Node(); n.Kind != unstable.Comment {
				element := fmt.Sprintf("%s[%d]", path, i)
				if n.Raw.Length > 0 {
					x.put(element, n.Raw)
				}
				x.value(element, n)
				i++
			}
		}
	}
}

// keys follows a dotted key from a table, entering the last element of each array of tables; append begins a new one.
func (x *indexer) keys(path string, it unstable.Iterator, appends bool) string {
	for it.Next() {
		n := it.Node()
		path = join(path, string(n.Data))
		if appends && it.IsLast() {
			x.put(path, n.Raw)
			x.counts[path]++
		}
		if c := x.counts[path]; c > 0 {
			path = fmt.Sprintf("%s[%d]", path, c-1)
		}
		x.put(path, n.Raw)
	}
	return path
}

func (x *indexer) put(path string, r unstable.Range) {
	if _, ok := x.places[path]; !ok {
		offset := int(r.Offset)
		line, found := slices.BinarySearch(x.starts, offset)
		if found {
			line++
		}
		x.places[path] = Pos{line, utf8.RuneCount(x.text[x.starts[line-1]:offset]) + 1}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
