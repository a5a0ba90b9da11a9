package main

import (
	"errors"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"kidoban/config"
	"kidoban/controller/console"
)

// console serves the pages: a process of its own that knows the daemon by its socket alone.
func (t *tool) console() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "console", Short: "serve the web console (kidoban-console.service)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := config.Load(file)
			if err != nil {
				return err
			}
			if conf.Console.Listen == "" {
				return errors.New("console.listen is empty: say where the console is to listen")
			}
			k, err := console.New(conf, nil, slog.New(slog.NewTextHandler(os.Stderr, nil)))
			if err != nil {
				return err
			}
			return k.Run(cmd.Context())
		},
	}
	c.Flags().StringVar(&file, "config", "/etc/kidoban/kidoban.toml", "the daemon's configuration `file`")
	return c
}
