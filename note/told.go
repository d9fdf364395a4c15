package note

import (
	"reflect"
	"time"
)

// Fields lists a note's non-empty fields by name; durations are in milliseconds, under the name with "Ms".
func Fields(n Note) map[string]any {
	v := reflect.Indirect(reflect.ValueOf(n))
	out := map[string]any{}
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if !v.Type().Field(i).IsExported() || f.IsZero() {
			continue
		}
		if d, ok := f.Interface().(time.Duration); ok {
			out[name+"Ms"] = float64(d) / float64(time.Millisecond)
			continue
		}
		out[name] = f.Interface()
	}
	return out
}
