package console

import (
	"fmt"
	"log/slog"
	"os"

	"kidoban/config"
	"kidoban/controller/console/draw"
)

// ownPlan is the room as the site drew it, nil where the plan is drawn from the doors. What the drawing has no place for is a
// warning: the page says it in words all the same.
func ownPlan(c *config.Config, log *slog.Logger) (*draw.Own, error) {
	path := c.Console.Plan
	if path == "" {
		return nil, nil
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("console.plan: %w", err)
	}
	own, err := draw.ReadOwn(file)
	if err != nil {
		return nil, fmt.Errorf("console.plan: %s: %w", path, err)
	}
	var all draw.Plan
	for _, z := range c.Zones {
		zone := draw.Zone{Name: z.Name}
		for _, d := range c.Doors {
			if d.Zone == z.Name {
				zone.Doors = append(zone.Doors, draw.Door{Name: d.Name})
			}
		}
		all.Zones = append(all.Zones, zone)
	}
	for _, id := range own.Missing(all) {
		log.Warn("the plan shows nothing of this: give a shape or group in it the id", "plan", path, "id", id)
	}
	return &own, nil
}
