package status

import "encoding/json"

// JSON prints the whole picture. It has every field; readers pick what they show.
func (st *Status) JSON() ([]byte, error) { return json.Marshal(st) }
