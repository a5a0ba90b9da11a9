package main

import (
	"cmp"

	"kidoban/config"
	"kidoban/controller/homeassistant"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
)

// beside is what is published for Home Assistant, where the site wants it.
func beside(c *config.Config) outbox.Beside {
	if !c.HomeAssistant.Enabled {
		return outbox.Beside{}
	}
	d := homeassistant.Device{Prefix: c.HomeAssistant.Prefix, Site: c.Site, Controller: c.Controller, Version: Version}
	for _, x := range c.Doors {
		d.Doors = append(d.Doors, homeassistant.Door{Name: x.Name, Title: cmp.Or(x.Title, x.Name)})
	}
	return outbox.Beside{Messages: []link.Message{{Topic: d.Topic(), Payload: d.Description()}}, Again: d.Birth()}
}
