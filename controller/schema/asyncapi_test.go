package schema_test

import (
	"strings"

	"kidoban/controller/schema"
)

type object = map[string]any

// asyncAPI is the document of all channels, from the door's side.
func asyncAPI(schemas map[string]any) object {
	channels, messages, operations := object{}, object{}, object{}
	for _, c := range schema.Channels() {
		channels[c.Name] = channel(c)
		messages[c.Name] = message(c)
		action := "send"
		if c.Central {
			action = "receive"
		}
		operations[c.Name] = object{
			"action": action, "channel": object{"$ref": "#/channels/" + c.Name},
			"messages": []any{object{"$ref": "#/channels/" + c.Name + "/messages/" + c.Name}},
			"bindings": object{"mqtt": object{"qos": 1, "retain": c.Retained, "bindingVersion": "0.2.0"}},
		}
	}
	return object{
		"asyncapi": "3.0.0",
		"info": object{
			"title": "kidoban", "version": "1.0.0",
			"description": "What a door daemon (kidoband) publishes and receives by MQTT 3.1.1, and what its central log (kidobanlog) answers. " +
				"Readers tolerate members and types that they do not know. Nothing that arrives here opens a door.",
		},
		"defaultContentType": "application/json",
		"channels":           channels,
		"operations":         operations,
		"components":         object{"messages": messages, "schemas": schemas},
	}
}

func channel(c schema.Channel) object {
	parameters := object{
		"site":       object{"description": "The site's name: a-z, 0-9 and hyphens."},
		"controller": object{"description": "The controller's name: a-z, 0-9 and hyphens."},
	}
	for name, means := range map[string]string{"class": "The first word of the entry's type.", "door": "The door's name.", "part": "The part's name in the manifest; or lost."} {
		if strings.Contains(c.Address, "{"+name+"}") {
			parameters[name] = object{"description": means}
		}
	}
	return object{
		"address": "kidoban/v1/{site}/{controller}/" + c.Address, "description": c.Means, "parameters": parameters,
		"messages": object{c.Name: object{"$ref": "#/components/messages/" + c.Name}},
	}
}

// message refers to the schema of its payload. One of several lines has that of a line beside it: no schema is of lines.
func message(c schema.Channel) object {
	m := object{"name": c.Name, "title": c.Name, "summary": c.Means, "contentType": "application/json"}
	switch {
	case c.Name == "part":
		m["contentType"], m["payload"] = "application/octet-stream", object{"description": "Encrypted; or a signed note."}
	case c.Schema == "":
		m["contentType"], m["payload"] = "text/plain", object{"type": "string", "description": "A signed note."}
	case c.Lines:
		m["contentType"], m["payload"] = "application/x-ndjson", object{"type": "string", "description": "One JSON object a line."}
		m["x-line"] = object{"$ref": "#/components/schemas/" + c.Schema}
	default:
		m["payload"] = object{"$ref": "#/components/schemas/" + c.Schema}
	}
	return m
}
