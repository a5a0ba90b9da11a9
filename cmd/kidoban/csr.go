package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kidoban/config"
	"kidoban/controller/identity"
)

// certificateRequest makes the key by which a broker knows this door, at the door: it never travels.
func certificateRequest() *cobra.Command {
	file, out := "", ""
	c := &cobra.Command{
		Use: "csr --out DIR", Short: "make a private key for the broker and the request for its certificate", Args: cobra.NoArgs,
		Long: "Makes CONTROLLER.key, which stays here and nobody else may read, and CONTROLLER.csr in --out. Bring the request to the central\n" +
			"log, where kidobanlog enrol CONTROLLER --csr FILE prints the certificate: it becomes CONTROLLER.pem beside the key. For another\n" +
			"key later, name another directory, and replace the files that mqtt.key and mqtt.cert name when the certificate is there: the\n" +
			"daemon goes on with the old ones until both fit, and needs no restart.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := config.Load(file)
			if err != nil {
				return err
			}
			if out == "" {
				return errors.New("--out DIR is missing")
			}
			request, err := writeRequest(identity.Identity{Role: identity.Door, Site: conf.Site, Name: conf.Controller}, out)
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "bring this to the central log: %s\nthere: kidobanlog enrol %s --csr %s\n", request, conf.Controller, filepath.Base(request))
			}
			return err
		},
	}
	c.Flags().StringVar(&file, "config", "/etc/kidoban/kidoban.toml", "configuration `file`")
	c.Flags().StringVar(&out, "out", "", "`directory` for key and request")
	return c
}

func writeRequest(i identity.Identity, dir string) (request string, err error) {
	path := filepath.Join(dir, i.Name+".key")
	if _, err := os.Lstat(path); err == nil {
		return "", fmt.Errorf("%s is there already: name another directory", path)
	}
	key, err := identity.NewKey()
	if err != nil {
		return "", err
	}
	private, err := identity.KeyPEM(key)
	if err != nil {
		return "", err
	}
	csr, err := identity.NewCSR(i, key)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create %s: %w", dir, err)
	}
	request = filepath.Join(dir, i.Name+".csr")
	return request, errors.Join(identity.WriteFile(path, private, 0o600), identity.WriteFile(request, csr, 0o644))
}
