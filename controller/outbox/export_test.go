package outbox

import "context"

// Judge says what becomes of an ack: whether it moves anything, or makes the door doubt its own disk.
func (o *Outbox) Judge(ctx context.Context, payload []byte, known uint64) (believes, doubts bool, size uint64) {
	v, size, _, _ := o.judge(ctx, payload, known, o.journal.Head().Size)
	return v == believed, v == ahead, size
}
