package link

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// prompt has the kernel acknowledge at once what comes. Brokers hold a small packet back until the one before it is
// acknowledged (mosquitto does unless told otherwise), and kernels hold acknowledgements back for up to 40 ms: together
// they would cost that much between an entry and the checkpoint behind it. The kernel forgets it after a while, so it is
// said again with every read.
type prompt struct {
	net.Conn
	raw syscall.RawConn
}

func promptly(c net.Conn) net.Conn {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return c
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return c
	}
	return prompt{c, raw}
}

func (p prompt) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	_ = p.raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1) // only speed is at stake
	})
	return n, err
}
