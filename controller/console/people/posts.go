package people

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// postsView is who holds what, and what begins and ends on a day.
type postsView struct {
	On      time.Time
	April   time.Time // the next 1 April
	Posts   []postLine
	Duties  []dutyLine
	Changes []desk.Dated
	More    int
	Edit    bool
	people  map[access.PersonID]string
}

// postLine is a post: who holds it on the day, who after them, and whether it is vacant.
type postLine struct {
	Post   access.Post
	Vacant bool
	Next   time.Time // from when it will be vacant though it is held on the day
	Rows   []tenure
}

// tenure is a hold of a post.
type tenure struct {
	access.Incumbency
	Name string
	Now  bool
}

type dutyLine struct {
	access.Duty
	Name string
	Now  bool
}

// posts shows them by date: today, or the next 1 April before it comes.
func posts(c *web.Call) (web.Answer, error) {
	v := postsView{On: c.Form.Day("on"), April: nextApril(c.Now), Edit: c.May(account.ProposeRoster, account.ChangeRoster)}
	if v.On.IsZero() {
		v.On = today(c.Now)
	}
	var t desk.Turned
	if err := c.Form.Err(); err != nil {
		return web.Page{Name: "people/posts", Data: v, Fault: err}, nil
	}
	if err := c.Post("people/turn", desk.Turn{On: v.On}, &t); err != nil {
		return nil, err
	}
	v.Changes, v.More, v.people = t.Changes, t.More, map[access.PersonID]string{}
	for id, p := range t.People {
		v.people[id] = p.Name
	}
	for _, post := range allPosts {
		v.Posts = append(v.Posts, v.line(post, t.Incumbents))
	}
	for _, d := range t.Duties {
		if d.Until.IsZero() || d.Until.After(v.On) {
			v.Duties = append(v.Duties, dutyLine{d, v.people[d.Person], d.Contains(v.On)})
		}
	}
	return web.Page{Name: "people/posts", Data: v}, nil
}

// line is a post's, with those who hold it on the day or later.
func (v *postsView) line(post access.Post, all []access.Incumbency) postLine {
	l := postLine{Post: post, Vacant: true}
	for _, r := range all {
		if r.Post != post || !r.Until.IsZero() && !r.Until.After(v.On) {
			continue
		}
		t := tenure{r, v.people[r.Person], r.Contains(v.On)}
		if t.Now {
			l.Vacant = false
		}
		l.Rows = append(l.Rows, t)
	}
	if !l.Vacant {
		l.Next = gap(l.Rows)
	}
	return l
}

// gap is when the first hold ends that no other follows at once; zero if there is none.
func gap(rows []tenure) time.Time {
	for i, r := range rows {
		last := i == len(rows)-1
		if !r.Until.IsZero() && (last || !rows[i+1].From.Equal(r.Until)) {
			return r.Until
		}
	}
	return time.Time{}
}

// Called is a person's name.
func (v postsView) Called(id access.PersonID) string { return v.people[id] }

func nextApril(now time.Time) time.Time {
	y := now.In(access.JST).Year()
	t := time.Date(y, time.April, 1, 0, 0, 0, 0, access.JST)
	if !t.After(now) {
		t = t.AddDate(1, 0, 0)
	}
	return t
}

// Begins is the first day of a row, as its form names it.
func (v postsView) Begins(s access.Span) string { return edgeText(s.From, false) }

// Title is a zone of a duty.
func (v postsView) Title(c *web.Call, zone string) string { return zoneWord(c, zone) }
