package faulttest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Kinds that other packages test by themselves: here they are counted.

// goTest runs a test of another package, and returns what it has said.
func (k *kind) goTest(env []string, args ...string) (said string, ok bool) {
	k.t.Helper()
	return k.run(exec.Command("go", append([]string{"test", "-count=1", "-timeout=24h"}, args...)...), module, env)
}

// run runs a program, which must end well.
func (k *kind) run(c *exec.Cmd, dir string, env []string) (said string, ok bool) {
	k.t.Helper()
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	if err != nil {
		k.isWrong("%s: %v\n%s", strings.Join(c.Args, " "), err, out.Bytes()[max(0, out.Len()-4000):])
	}
	return out.String(), err == nil
}

// number is what an expression finds in what was said.
func (k *kind) number(said, expression string) (n int) {
	k.t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(said)
	if m == nil {
		k.t.Errorf("%s: nowhere in what was said: %s\n%s", k.name, expression, said[max(0, len(said)-2000):])
		return 0
	}
	n, _ = strconv.Atoi(m[1])
	return n
}

// TestEdgeNoise disturbs frames of a reader: none may be taken for another card.
func TestEdgeNoise(t *testing.T) {
	k := begin(t, "edge-noise", 0, 1_000_000, 10_000_000)
	said, ok := k.goTest(nil, "-v", "-run", "^TestNoisyFrames$", "./device/wiegand", fmt.Sprintf("-noisy-frames=%d", k.want), fmt.Sprintf("-noisy-seed=%d", k.seed))
	if ok {
		k.count = k.number(said, `(\d+) frames: `)
		k.wrong = k.number(said, ` frames: (\d+) wrong identities`)
	}
}

// TestArticle20Sequences does whatever people may do, in any order, to the controller and to the article.
func TestArticle20Sequences(t *testing.T) {
	t.Parallel()
	k := begin(t, "article20", 0, 100_000, 10_000_000)
	said, ok := k.goTest([]string{fmt.Sprintf("ARTICLE20=%d", k.want)}, "-v", "-run", "^TestArticle20$", "./controller/article20", fmt.Sprintf("-rapid.seed=%d", k.seed))
	if ok {
		k.count = k.number(said, `Article 20: (\d+) sequences`)
	}
}

// TestForgeries makes messages, acks and bundles that nobody wrote whom the receiver believes: none may be taken.
func TestForgeries(t *testing.T) {
	t.Parallel()
	k := begin(t, "forged", 0, 1_000_000, 10_000_000)
	there := []string{"./controller/archive", "./controller/outbox", "./controller/bundle"}
	for _, p := range there {
		said, ok := k.goTest(nil, "-v", "-run", "^TestForged$", p, fmt.Sprintf("-forgeries=%d", (k.want+len(there)-1)/len(there)),
			fmt.Sprintf("-seed=%d", k.seed))
		if ok {
			k.count += k.number(said, `forged count=(\d+)`)
			k.wrong += k.number(said, `forged count=.* wrong=(\d+)`)
		}
	}
}

// TestFuzz gives every decoder of bytes a while of whatever a fuzzer finds.
func TestFuzz(t *testing.T) {
	t.Parallel()
	k := begin(t, "fuzz", 0, 0, 0)
	each := map[string]string{"tenth": "2s", "full": "20s", "long": "1h"}[*faultsFlag]
	tries, found := 0, t.TempDir()
	for folder, names := range fuzzTargets(t) {
		fuzzer := filepath.Join(t.TempDir(), "fuzzer") // built once for all of a folder
		if _, ok := k.goTest(nil, "-c", "-vet=off", "-fuzz", ".", "-o", fuzzer, folder); !ok {
			continue
		}
		for _, name := range names {
			said, ok := k.fuzz(filepath.Join(module, folder), fuzzer, "-test.run=^$", "-test.fuzz=^"+name+"$", "-test.fuzztime="+each,
				"-test.fuzzcachedir="+found, "-test.parallel="+fuzzers(), "-test.timeout=24h")
			if ok {
				k.next()
				if strings.Contains(said, "execs: ") { // not where its examples took all the time
					tries += k.number(said, `(?s).*execs: (\d+)`)
				}
				k.more = fmt.Sprintf(" tries=%d each=%s", tries, each)
			}
		}
	}
	if k.count == 0 {
		t.Error("no fuzz targets")
	}
}

// fuzz runs a fuzzer. One that found nothing and failed for its own deadline is run again: Go 1.26's coordinator now and then
// takes the end of the time for a fault (golang/go#75804).
func (k *kind) fuzz(dir, fuzzer string, args ...string) (said string, ok bool) {
	k.t.Helper()
	for range 3 {
		c := exec.Command(fuzzer, args...)
		c.Dir = dir
		out, err := c.CombinedOutput()
		said, ok = string(out), err == nil
		if ok || strings.Contains(said, "Failing input written") || !strings.Contains(said, "    context deadline exceeded\n") {
			break
		}
		k.t.Logf("run again, its own deadline failed it: %s", strings.Join(args, " "))
	}
	if !ok {
		k.isWrong("%s %s:\n%s", fuzzer, strings.Join(args, " "), said[max(0, len(said)-4000):])
	}
	return said, ok
}

// fuzzers is how many work on one target: where other kinds run beside them, one.
func fuzzers() string {
	if *faultsFlag == "tenth" {
		return "1"
	}
	return fmt.Sprint(runtime.GOMAXPROCS(0))
}

// fuzzTargets are the names of the targets in each folder.
func fuzzTargets(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	word := regexp.MustCompile(`^func (Fuzz[A-Za-z0-9]*)\(`)
	err := filepath.WalkDir(module, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		for in := bufio.NewScanner(f); in.Scan(); {
			if m := word.FindStringSubmatch(in.Text()); m != nil {
				rel, _ := filepath.Rel(module, filepath.Dir(path))
				all["./"+rel] = append(all["./"+rel], m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
