package desk

import (
	"context"
	"net"
	"net/http"

	"golang.org/x/sys/unix"

	"kidoban/controller"
)

type peerKey struct{}

// withPeer keeps the uid that the kernel names for the other end of a connection, -1 if it does not.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	uid := -1
	if u, ok := c.(*net.UnixConn); ok {
		if raw, err := u.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) {
				if cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
					uid = int(cred.Uid)
				}
			})
		}
	}
	return context.WithValue(ctx, peerKey{}, uid)
}

// peer is the uid at the other end, -1 if it is not known.
func peer(r *http.Request) int {
	if uid, ok := r.Context().Value(peerKey{}).(int); ok {
		return uid
	}
	return -1
}

// account is who signed in, or else the one that the peer's uid maps to; the zero Account may only read.
func (k *Desk) account(r *http.Request) controller.Account {
	if s, ok := r.Context().Value(signedKey{}).(signed); ok {
		return s.Account
	}
	return k.accounts[peer(r)]
}
