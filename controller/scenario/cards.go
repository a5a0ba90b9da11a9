package scenario

import (
	"strings"

	"kidoban/controller"
	"kidoban/controller/access"
)

// lent is what people do with the cards of the stock.
func (w *World) lent(words []string) (bool, error) {
	words, to, _ := take(words, "to")
	words, permit, _ := take(words, "on")
	id, named := w.permits[permit]
	if !named {
		id = access.PermitID(permit)
	}
	words, second, _ := take(words, "and")
	words, person, _ := take(words, "by")
	by := w.account(person)
	switch verb, args := words[0], words[1:]; {
	case verb == "lend" && len(args) == 1 && to != "":
		return true, w.askAs(by, controller.LendCard{
			Card: access.CredentialID(args[0]), Person: access.PersonID(to), Permit: id,
		})
	case verb == "temporary" && len(args) == 1 && to != "":
		return true, w.askAs(by, controller.TemporaryCard{
			Card: access.CredentialID(args[0]), Person: access.PersonID(to), Second: access.PersonID(second),
		})
	case verb == "return" && len(args) == 1:
		return true, w.askAs(by, controller.ReturnCard{Card: access.CredentialID(args[0])})
	case verb == "count" && len(args) > 0:
		var found []access.CredentialID
		for _, id := range args {
			if !strings.EqualFold(id, "nothing") {
				found = append(found, access.CredentialID(id))
			}
		}
		return true, w.askAs(by, controller.CountCards{Found: found})
	}
	return false, nil
}
