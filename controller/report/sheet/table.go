package sheet

const tableSize = 8.0

// laid is a cell that found its place in its row.
type laid struct {
	Cell
	text       fitted
	line, col  int
	cols, rows int
}

// grid is a row that found its heights.
type grid struct {
	cells   []laid
	heights []float64 // of its lines
}

func (g grid) height() (h float64) {
	for _, one := range g.heights {
		h += one
	}
	return h
}

// table prints its rows, the head again at the top of every page that it goes on to.
func (l *layout) table(t Table) {
	if t.Size == 0 {
		t.Size = tableSize
	}
	if t.Lines == 0 {
		t.Lines = 8
	}
	edges := l.edges(t)
	head := l.grids(t, t.Head, edges)
	for i, r := range t.Rows {
		row := l.grid(t, r, edges)
		h := row.height()
		if i == 0 {
			h += total(head)
		}
		if l.full(h) && !l.fresh() {
			l.leave(i)
			l.newPage()
			l.rule(head, edges)
		} else if i == 0 {
			l.rule(head, edges)
		}
		l.rule([]grid{row}, edges)
	}
	if len(t.Rows) == 0 {
		l.rule(head, edges)
	}
}

// leave says at the foot of a page that the table goes on.
func (l *layout) leave(row int) {
	if row == 0 || l.doc.Words.Continues == "" {
		return
	}
	f := fitted{[][]glyph{l.shape(Text{{S: l.doc.Words.Continues, Pale: true}})}, footSize}
	if l.y+f.height() <= l.bottom+3 {
		l.place(f, margin, l.y, l.inner(), Right)
	}
}

func total(gs []grid) (h float64) {
	for _, g := range gs {
		h += g.height()
	}
	return h
}

// edges are the x of the columns' rules, one more than columns.
func (l *layout) edges(t Table) []float64 {
	sum := 0.0
	for _, w := range t.Widths {
		sum += w
	}
	wide := l.inner()
	if t.Wide > 0 {
		wide *= t.Wide
	}
	x := margin
	switch t.Align {
	case Center:
		x += (l.inner() - wide) / 2
	case Right:
		x += l.inner() - wide
	}
	out := []float64{x}
	for _, w := range t.Widths {
		x += wide * w / sum
		out = append(out, x)
	}
	return out
}

func (l *layout) grids(t Table, rows []Row, edges []float64) []grid {
	out := make([]grid, 0, len(rows))
	for _, r := range rows {
		out = append(out, l.grid(t, r, edges))
	}
	return out
}

// grid gives each cell its columns and lines, then each line the height that its cells need.
func (l *layout) grid(t Table, r Row, edges []float64) grid {
	g := grid{heights: make([]float64, len(r.Lines))}
	columns := len(edges) - 1
	taken := make([][]bool, len(r.Lines))
	for i := range taken {
		taken[i] = make([]bool, columns)
	}
	for i, cells := range r.Lines {
		col := 0
		for _, c := range cells {
			for col < columns && taken[i][col] {
				col++
			}
			if col == columns {
				break
			}
			a := laid{Cell: c, line: i, col: col, cols: max(1, c.Cols), rows: max(1, c.Rows)}
			a.cols, a.rows = min(a.cols, columns-col), min(a.rows, len(r.Lines)-i)
			for y := range a.rows {
				for x := range a.cols {
					taken[i+y][col+x] = true
				}
			}
			a.text = l.fitCell(t, r, a, edges)
			g.cells = append(g.cells, a)
		}
	}
	g.stretch(r.Least)
	return g
}

func (l *layout) fitCell(t Table, r Row, a laid, edges []float64) fitted {
	size, most := t.Size, t.Lines
	if a.Size > 0 {
		size = a.Size
	}
	if a.Lines > 0 {
		most = a.Lines
	}
	name := r.Name
	if a.Name != "" {
		name += " " + a.Name
	}
	return l.fit(a.Text, size, edges[a.col+a.cols]-edges[a.col]-2*padX, most, name)
}

// stretch makes every line high enough; what spans several lines makes its last one higher.
func (g *grid) stretch(least float64) {
	for i := range g.heights {
		g.heights[i] = max(least, 10)
	}
	for _, a := range g.cells {
		if a.rows == 1 {
			g.heights[a.line] = max(g.heights[a.line], a.text.height()+2*padY)
		}
	}
	for _, a := range g.cells {
		have := 0.0
		for _, h := range g.heights[a.line : a.line+a.rows] {
			have += h
		}
		if need := a.text.height() + 2*padY; need > have {
			g.heights[a.line+a.rows-1] += need - have
		}
	}
}

// rule draws rows from the cursor down.
func (l *layout) rule(rows []grid, edges []float64) {
	for _, g := range rows {
		top := make([]float64, len(g.heights)+1)
		top[0] = l.y
		for i, h := range g.heights {
			top[i+1] = top[i] + h
		}
		for _, a := range g.cells {
			l.ruleCell(a, box{
				edges[a.col], top[a.line], edges[a.col+a.cols] - edges[a.col], top[a.line+a.rows] - top[a.line],
			})
		}
		l.y = top[len(g.heights)]
	}
}

func (l *layout) ruleCell(a laid, b box) {
	p := l.page()
	if a.Head {
		p.fills = append(p.fills, b)
	}
	if !a.Open {
		p.frames = append(p.frames, frame{b})
	}
	y := b.y + padY
	if !a.Top {
		y = b.y + (b.h-a.text.height())/2
	}
	l.place(a.text, b.x+padX, y, b.w-2*padX, a.Align)
}
