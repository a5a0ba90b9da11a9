package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// writeCSV writes rows for spreadsheets: UTF-8 with its mark, lines ending in CR LF, and nothing that a spreadsheet would
// take for a formula. The print id ends every row.
func writeCSV(w io.Writer, h Head, heads []string, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	write := func(row []string, last string) error {
		out := make([]string, 0, len(row)+1)
		for _, cell := range append(row[:len(row):len(row)], last) {
			out = append(out, harmless(cell))
		}
		return c.Write(out)
	}
	err := write(heads, h.say(word{"印刷番号", "print"}))
	for _, row := range rows {
		if err == nil {
			err = write(row, h.or(h.PrintID))
		}
	}
	c.Flush()
	if err == nil {
		err = c.Error()
	}
	if err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// harmless puts a quote before what a spreadsheet would reckon, and keeps a line's end from being two things.
func harmless(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r", "")
	t := strings.TrimLeft(s, " \t\n\u00a0\u3000\ufeff")
	if first, _ := utf8.DecodeRuneInString(t); t != "" && strings.ContainsRune("=+-@＝＋－＠", first) || strings.HasPrefix(s, "\t") {
		return "'" + s
	}
	return s
}
