package account

// grave are the actions that take a fresh proof of who somebody is (再認証): what changes who may do what, and what takes
// records out of the house or away. Permits and consents are everyday; of what OperateDoor allows only a release takes a proof.
var grave = [...]Action{ChangeRoster, ApproveRoster, IssueCard, ManageAccounts, ApprovePurge, HoldRecords, ExportRegister}

// Grave says that an action takes a fresh proof of who somebody is.
func (a Action) Grave() bool {
	for _, g := range grave {
		if a == g {
			return true
		}
	}
	return false
}
