package people

// column is a column of the CSV.
type column uint8

const (
	colID column = iota
	colName
	colReading
	colKind
	colAffiliation
	colSection
	colPost
	colFrom
	colUntil
	colFindingFrom
	colFindingUntil
	colDuty
	colDutyZone
	colDutyFrom
	colDutyUntil
	colCardID
	colFormat
	colFacility
	colNumber
	colState
	colValidFrom
	colValidUntil
	colSchedule
	colExtended
	columns
)

// headings are the names of each column, the key in TOML first.
var headings = [columns][]string{
	colID:           {"id", "person", "職員番号", "番号"},
	colName:         {"name", "氏名"},
	colReading:      {"reading", "ふりがな", "フリガナ"},
	colKind:         {"kind", "区分"},
	colAffiliation:  {"affiliation", "所属名", "会社名"},
	colSection:      {"section", "所属"},
	colPost:         {"post", "職"},
	colFrom:         {"from", "発令日"},
	colUntil:        {"until", "満了日"},
	colFindingFrom:  {"finding_from", "認定日"},
	colFindingUntil: {"finding_until", "認定満了日"},
	colDuty:         {"duty", "任務"},
	colDutyZone:     {"duty_zone", "任務区域"},
	colDutyFrom:     {"duty_from", "指定日"},
	colDutyUntil:    {"duty_until", "指定満了日"},
	colCardID:       {"card_id", "credential", "管理番号", "カード管理番号"},
	colFormat:       {"format", "カード形式"},
	colFacility:     {"facility", "施設コード", "ファシリティコード"},
	colNumber:       {"number", "card", "カード番号"},
	colState:        {"state", "状態", "カード状態"},
	colValidFrom:    {"valid_from", "有効開始日"},
	colValidUntil:   {"valid_until", "有効期限", "有効満了日"},
	colSchedule:     {"schedule", "時間帯"},
	colExtended:     {"extended", "解錠延長"},
}

// secret are headings under which a PIN would stand.
var secret = map[string]bool{
	"pin": true, "duress": true, "duress_pin": true, "暗証番号": true, "pin番号": true, "パスワード": true, "password": true, "脅迫時暗証番号": true,
}

const noPIN = "a PIN never stands in a file: files are copied and mailed, and whoever reads one could enter; remove it and let each holder set the PIN at the desk"
