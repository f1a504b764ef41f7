package page_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browsers are the names under which Chromium is installed; Playwright keeps its own below
// the user's cache.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

func browser(t *testing.T) string {
	t.Helper()
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		found, _ := filepath.Glob(filepath.Join(home, ".cache/ms-playwright/chromium*/chrome-*/*")) // a bad pattern is none
		for _, path := range found {
			if base := filepath.Base(path); base == "chrome" || base == "headless_shell" || base == "chrome-headless-shell" {
				return path
			}
		}
	}
	t.Skip("no Chromium is installed: the page is not loaded in a browser")
	return ""
}

// visit loads a page, and returns what the browser wrote: the page as it became, or nothing
// with a screenshot, and its log.
func visit(t *testing.T, program, url string, args ...string) (out, log string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, append(append([]string{"--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--no-first-run", "--enable-logging=stderr",
		"--user-data-dir=" + t.TempDir()}, args...), url)...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	require.NoError(t, command.Run(), stderr.String())
	return stdout.String(), stderr.String()
}

// measure is a page that shows the report so wide, and writes how wide the report is and
// what is behind it. The report itself runs no script.
const measure = `<!DOCTYPE html><iframe src="/report" width="%s" height="900" style="border:0" onload="
	const shown = this.contentDocument;
	document.title = shown.documentElement.scrollWidth + ' ' + getComputedStyle(shown.body).backgroundColor"></iframe>`

var measured = regexp.MustCompile(`<title>(\d+) (.*?)</title>`)

var console = regexp.MustCompile(`(?m)^.*CONSOLE.*$`)

func TestABrowserLoadsThePageAndNothingElse(t *testing.T) {
	program := browser(t)
	text := written(t, night())
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.Path)
		if r.URL.Path == "/broken" { // what the test would say of a page that loads and runs something
			w.Write([]byte(`<!DOCTYPE html><script>console.error("it runs")</script><img src="/picture">`)) //nolint:errcheck // the browser's matter
			return
		}
		if r.URL.Path == "/measure" {
			fmt.Fprintf(w, measure, r.URL.Query().Get("width"))
			return
		}
		w.Write([]byte(text)) //nolint:errcheck // the browser's matter
	}))
	defer server.Close()
	paths := func() []string { // since the last look
		mu.Lock()
		defer mu.Unlock()
		defer func() { asked = nil }()
		return asked
	}

	shown, log := visit(t, program, server.URL+"/report", "--dump-dom")
	assert.Contains(t, shown, "2 of 4 resources need a person")
	assert.Empty(t, console.FindAllString(log, -1))
	assert.Equal(t, []string{"/report"}, paths())

	_, log = visit(t, program, server.URL+"/broken", "--dump-dom")
	assert.NotEmpty(t, console.FindAllString(log, -1), "the console is heard")
	assert.Contains(t, paths(), "/picture", "requests are seen")

	backgrounds := map[string]bool{}
	for scheme, flag := range map[string]string{"light": "--blink-settings=preferredColorScheme=1", "dark": "--blink-settings=preferredColorScheme=0"} {
		for _, width := range []string{"390", "1200"} {
			shown, _ := visit(t, program, server.URL+"/measure?width="+width, "--dump-dom", flag, "--window-size=1300,1000")
			found := measured.FindStringSubmatch(shown)
			require.NotEmpty(t, found, shown)
			assert.Equal(t, width, found[1], "%s, %s px wide: nothing is scrolled to the side", scheme, width)
			backgrounds[scheme+found[2]] = true
		}
	}
	assert.Equal(t, map[string]bool{"lightrgb(255, 255, 255)": true, "darkrgb(20, 24, 29)": true}, backgrounds)

	// Pictures for who wants to look at them: PICTURES=folder go test -run Browser ./pkg/page
	if folder := os.Getenv("PICTURES"); folder != "" {
		for name, size := range map[string]string{"narrow": "390,1800", "wide": "1200,1400"} {
			visit(t, program, server.URL+"/report", "--screenshot="+filepath.Join(folder, "report-"+name+".png"), "--window-size="+size)
		}
	}
}
