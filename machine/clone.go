package machine

import (
	"fmt"
	"reflect"
	"time"
	"unsafe"
)

// Immutable marks values that nobody changes once they are shared (documents, parsed trees). Clone copies the pointer
// to such a value, Fingerprint asks the value itself.
type Immutable interface {
	// ImmutableFingerprint is equal for equal content.
	ImmutableFingerprint() uint64
}

var (
	immutableType = reflect.TypeFor[Immutable]()
	timeType      = reflect.TypeFor[time.Time]()
)

// Clone returns a deep copy of v: the same graph of pointers, maps and slices, with nothing shared but functions,
// Immutable values and the locations of times. It panics on channels, which a core must not hold.
func Clone[T any](v T) T {
	src := reflect.ValueOf(&v).Elem()
	dst := reflect.New(src.Type()).Elem()
	cloner{seen: map[seenKey]reflect.Value{}}.copy(dst, src)
	return dst.Interface().(T)
}

type seenKey struct {
	ptr unsafe.Pointer
	typ reflect.Type
}

type cloner struct{ seen map[seenKey]reflect.Value }

func (c cloner) copy(dst, src reflect.Value) {
	switch src.Kind() {
	case reflect.Pointer:
		if src.IsNil() {
			return
		}
		if src.Type().Implements(immutableType) {
			dst.Set(src)
			return
		}
		key := seenKey{src.UnsafePointer(), src.Type()}
		if old, ok := c.seen[key]; ok {
			dst.Set(old)
			return
		}
		p := reflect.New(src.Type().Elem())
		c.seen[key] = p
		c.copy(p.Elem(), open(src.Elem()))
		dst.Set(p)
	case reflect.Interface:
		if src.IsNil() {
			return
		}
		inner := reflect.New(src.Elem().Type()).Elem()
		box := reflect.New(src.Elem().Type()).Elem()
		box.Set(src.Elem())
		c.copy(inner, box)
		dst.Set(inner)
	case reflect.Struct:
		if src.Type() == timeType {
			dst.Set(src) // Its location is shared by all times of the process.
			return
		}
		for i := range src.NumField() {
			c.copy(open(dst.Field(i)), open(src.Field(i)))
		}
	case reflect.Slice:
		if src.IsNil() {
			return
		}
		s := reflect.MakeSlice(src.Type(), src.Len(), src.Len())
		if flat(src.Type().Elem().Kind()) {
			reflect.Copy(s, src)
			dst.Set(s)
			return
		}
		for i := range src.Len() {
			c.copy(s.Index(i), src.Index(i))
		}
		dst.Set(s)
	case reflect.Array:
		for i := range src.Len() {
			c.copy(dst.Index(i), src.Index(i))
		}
	case reflect.Map:
		if src.IsNil() {
			return
		}
		m := reflect.MakeMapWithSize(src.Type(), src.Len())
		for it := src.MapRange(); it.Next(); {
			k, v := reflect.New(src.Type().Key()).Elem(), reflect.New(src.Type().Elem()).Elem()
			c.copy(k, addressable(it.Key()))
			c.copy(v, addressable(it.Value()))
			m.SetMapIndex(k, v)
		}
		dst.Set(m)
	case reflect.Chan:
		panic(fmt.Sprintf("machine: a core must not hold a channel (%s)", src.Type()))
	default:
		dst.Set(src)
	}
}

// flat tells whether values of a kind hold no reference to anything that can change.
func flat(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Complex128 || k == reflect.String
}

// open gives an addressable value without the read-only mark that reflect puts on unexported fields.
func open(v reflect.Value) reflect.Value {
	if v.CanAddr() && !v.CanSet() {
		return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	return v
}

func addressable(v reflect.Value) reflect.Value {
	b := reflect.New(v.Type()).Elem()
	b.Set(v)
	return b
}
