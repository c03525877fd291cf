package cli

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	a, b := strings.Repeat("δ", 40), strings.Repeat("b", 38)
	if got := Wrap(a+"  "+b+" c", 79); got != a+" "+b+"\nc" {
		t.Errorf("got %s", got)
	}
}
