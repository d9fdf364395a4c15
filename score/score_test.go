package score

import "testing"

func TestRead(t *testing.T) {
	for text, want := range map[string]Score{"5": 5, "-5": -5, "+INFINITY": Infinity, "-INFINITY": MinusInfinity, "1000001": Infinity,
		"1.5": 1, "5x": 5, "Red": 0, "-99999999999999999999": MinusInfinity} {
		if s, ok := Read(text); !ok || s != want {
			t.Errorf("%q: %v, %v", text, s, ok)
		}
	}
	for _, text := range []string{"", "infinity", "x", "-"} {
		if s, ok := Read(text); ok {
			t.Errorf("%q was read as %v", text, s)
		}
	}
}
