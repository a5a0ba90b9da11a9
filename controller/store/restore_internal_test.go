package store

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzUnpack: whatever somebody encrypts to the recipient, nothing is ever written but the database in the stage.
func FuzzUnpack(f *testing.F) {
	var seed bytes.Buffer
	tw := tar.NewWriter(&seed)
	for _, name := range []string{labelFile, checkpointFile, acknowledgedFile, databaseFile, signatureFile} {
		text := []byte(`{"kidoban_backup":"1"}`)
		err := tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o600})
		if _, also := tw.Write(text); errors.Join(err, also) != nil {
			f.Fatal(err, also)
		}
	}
	if err := tw.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(seed.Bytes())
	f.Add(bytes.Replace(seed.Bytes(), []byte(databaseFile), []byte("../../../x"), 1))
	stage := filepath.Join(f.TempDir(), "stage")
	f.Fuzz(func(t *testing.T, clear []byte) {
		if err := errors.Join(os.RemoveAll(stage), os.Mkdir(stage, 0o700)); err != nil {
			t.Fatal(err)
		}
		r := tar.NewReader(bytes.NewReader(clear))
		if ours(r) != nil {
			return
		}
		u, err := files(r, stage)
		if err == nil && (u.checkpoint == nil || u.signature == nil) {
			t.Error("taken without a signature")
		}
		left, _ := os.ReadDir(stage)
		for _, x := range left {
			if x.Name() != databaseFile {
				t.Errorf("written: %s", x.Name())
			}
		}
	})
}
