package alarms

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"

	"kidoban/controller/alarm"
	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
)

// aroundMost is how many hours a pack may reach to either side of its moment, as the daemon has it.
const aroundMost = 31 * 24

type evidenceView struct {
	Zones  []web.Place
	Alarms []alarmView
	Alarm  string
	Most   int
}

func evidencePage(c *web.Call) (web.Answer, error) { return collecting(c, nil) }

func collecting(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	v := evidenceView{Zones: c.Site().Zones, Alarms: openOf(s).Alarms, Alarm: c.Form.Get("alarm"), Most: aroundMost}
	known := v.Alarm == ""
	for _, a := range v.Alarms {
		known = known || a.ID == v.Alarm
	}
	if !known { // one that is closed already
		closed := alarmView{ID: v.Alarm, Kind: words.AlarmKind(c.Lang, v.Alarm)}
		if raised, known := alarm.RaisedAt(v.Alarm); known {
			closed.Raised = words.Minute(raised)
		}
		v.Alarms = append(v.Alarms, closed)
	}
	return web.Page{Name: "alarms/evidence", Fault: fault, Data: v}, nil
}

// evidence hands out 証跡一式, which the daemon has put on record before.
func evidence(c *web.Call) (web.Answer, error) {
	in := desk.Evidence{
		Alarm: c.Form.Get("alarm"), At: c.Form.Time("at"), Zone: c.Form.Get("zone"), Purpose: c.Form.Need("purpose"),
		Around: time.Duration(c.Form.Number("hours", 1, aroundMost)) * time.Hour,
	}
	err := c.Form.Err()
	var order []byte
	if err == nil {
		order, err = json.Marshal(in)
	}
	var pack io.ReadCloser
	if err == nil {
		pack, err = c.Desk.Fetch(c.R.Context(), "evidence", order)
	}
	switch {
	case err == nil:
		return web.Stream(func(c *web.Call) error { return hand(c, pack) }), nil
	case web.OnForm(err):
		return collecting(c, err)
	}
	return nil, err
}

// hand passes a pack on as it comes.
func hand(c *web.Call, pack io.ReadCloser) error {
	defer func() { _ = pack.Close() }()
	_ = http.NewResponseController(c.W).SetWriteDeadline(time.Now().Add(5 * time.Minute))
	h := c.W.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "evidence-" + c.Now.Format("20060102-150405") + ".zip"}))
	if _, err := io.Copy(c.W, pack); err != nil {
		panic(http.ErrAbortHandler) // a file cut short must not look whole
	}
	return nil
}
