package book

import (
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// Asked is a search as a form has it.
func Asked(f *web.Form) desk.Page { return asked(f) }

// Text is runs as HTML.
var Text = text
