package machine

import (
	"math"
	"reflect"
	"slices"
	"time"
	"unsafe"
)

// Fingerprint hashes everything reachable from v, unexported fields too, independent of map order and of addresses.
// Two cores with equal fingerprints behave alike from here on (up to the collision odds of 64 bits).
func Fingerprint(v any) uint64 {
	p := printer{depth: map[unsafe.Pointer]int{}}
	return p.hash(reflect.ValueOf(v))
}

type printer struct {
	// depth tells at which depth a pointer on the current path was entered, so that cycles hash by their shape.
	depth map[unsafe.Pointer]int
}

func mix(h, x uint64) uint64 {
	h ^= x
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>29
}

func (p *printer) hash(v reflect.Value) uint64 {
	if !v.IsValid() {
		return 1
	}
	h := uint64(v.Kind()) + 2
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return mix(h, 1)
		}
		return mix(h, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return mix(h, uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return mix(h, v.Uint())
	case reflect.Float32, reflect.Float64:
		return mix(h, math.Float64bits(v.Float()))
	case reflect.String:
		return mix(h, text(v.String()))
	case reflect.Interface:
		if v.IsNil() {
			return mix(h, 0)
		}
		return mix(h, p.hash(v.Elem()))
	case reflect.Pointer:
		if v.IsNil() {
			return mix(h, 0)
		}
		if v.Type().Implements(immutableType) {
			im := reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Interface().(Immutable)
			return mix(h, im.ImmutableFingerprint())
		}
		at := v.UnsafePointer()
		if d, ok := p.depth[at]; ok {
			return mix(h, uint64(d))
		}
		p.depth[at] = len(p.depth)
		h = mix(h, p.hash(v.Elem()))
		delete(p.depth, at)
		return h
	case reflect.Struct:
		if v.Type() == timeType {
			return mix(h, uint64(instant(v)))
		}
		for i := range v.NumField() {
			h = mix(h, p.hash(v.Field(i)))
		}
		return h
	case reflect.Slice, reflect.Array:
		h = mix(h, uint64(v.Len()))
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			return mix(h, text(v.Bytes()))
		}
		for i := range v.Len() {
			h = mix(h, p.hash(v.Index(i)))
		}
		return h
	case reflect.Map:
		parts := make([]uint64, 0, v.Len())
		for it := v.MapRange(); it.Next(); {
			parts = append(parts, mix(p.hash(it.Key()), p.hash(it.Value())))
		}
		slices.Sort(parts)
		for _, x := range parts {
			h = mix(h, x)
		}
		return h
	default: // functions: behaviour, not state
		return h
	}
}

// text is the FNV-1a hash of bytes.
func text[T string | []byte](s T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// instant reads a time, whatever its location, also from an unexported field.
func instant(v reflect.Value) int64 {
	if !v.CanInterface() {
		c := reflect.New(timeType).Elem()
		if v.CanAddr() {
			c.Set(open(v))
		} else {
			return int64(v.Field(0).Uint()) ^ v.Field(1).Int() // The wall and ext words of a time in a map or interface.
		}
		v = c
	}
	return v.Interface().(time.Time).UnixNano()
}
