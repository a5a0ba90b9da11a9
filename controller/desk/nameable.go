package desk

import (
	"errors"
	"fmt"

	"kidoban/controller/access"
	"kidoban/controller/people"
)

// nameable refuses ids and posts in which words could stand: they go into entries, where no name may be.
func (e Edit) nameable() error {
	var ids []string
	switch {
	case e.Person != nil:
		ids = []string{string(e.Person.ID)}
	case e.Incumbency != nil:
		switch e.Incumbency.Post {
		case access.CISO, access.SecurityOfficer, access.WestBranchHead, access.SystemManager:
		default:
			return fmt.Errorf("no post %q: the posts are %s, %s, %s, %s", e.Incumbency.Post,
				access.CISO, access.SecurityOfficer, access.WestBranchHead, access.SystemManager)
		}
	case e.Duty != nil:
		if _, known := dutyRules[e.Duty.Duty]; !known {
			return fmt.Errorf("no duty %q: the duties are %s (退室承諾の指定者), %s (入退室事務担当), %s (監査担当), %s (代決者)", e.Duty.Duty,
				access.DutyConsent, access.DutyClerk, access.DutyAuditor, access.DutyDeputy)
		}
	case e.Card != nil:
		ids = []string{string(e.Card.ID)}
	case e.Schedule != nil:
		ids = []string{string(e.Schedule.ID)}
	}
	for _, id := range ids {
		if !people.IsID(id) {
			return errors.New("an id is 1 to 32 of A-Z, a-z, 0-9, dot, hyphen, underscore")
		}
	}
	return nil
}
