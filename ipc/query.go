package ipc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"pacer/acl"
	"pacer/api"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/xmltree"
)

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

// describe answers with the OpenAPI document.
func (s *Server) describe(w http.ResponseWriter, _ *http.Request, _ Caller) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(api.OpenAPI)
}

func (s *Server) node(w http.ResponseWriter, _ *http.Request, _ Caller) {
	answer(w, s.backend.Snapshot().Node)
}

// cib answers with the document or a part of it. The version is its ETag.
func (s *Server) cib(w http.ResponseWriter, r *http.Request, c Caller) {
	doc := s.backend.Snapshot().CIB
	if doc == nil {
		refuse(w, noCIB())
		return
	}
	tag := `"` + doc.Version().String() + `"`
	switch seen := c.rights(doc).View(doc.Root()); seen {
	case nil:
		refuse(w, nothingToSee(c))
		return
	case doc.Root():
	default:
		doc, tag = cib.FromTree(seen), `"`+doc.Version().String()+" for "+c.name()+`"`
	}
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := doc.Bytes
	section, xpath := r.URL.Query().Get("section"), r.URL.Query().Get("xpath")
	if section != "" || xpath != "" {
		n, err := s.query(doc, nil, []cib.Op{{Kind: cib.OpQuery, Section: section, XPath: xpath}})
		if err != nil {
			refuse(w, err)
			return
		}
		body = func() []byte { return n.Pretty(nil) }
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, _ = w.Write(body())
}

func noCIB() *api.Error {
	return api.Errorf(exitcode.Disconnect, "The node has no CIB yet")
}

func (s *Server) query(doc *cib.Document, rights *acl.Rights, ops []cib.Op) (*xmltree.Node, error) {
	_, n, err := cib.Apply(doc, ops, cib.ApplyOptions{Now: time.Now(), Guard: rights})
	if err == nil && n == nil {
		err = api.Errorf(exitcode.NoSuch, "No such device or address")
	}
	return n, err
}

// messaging answers with what the messaging process says of itself.
func (s *Server) messaging(w http.ResponseWriter, r *http.Request, _ Caller) {
	m, err := s.backend.Messaging(r.Context())
	if err != nil {
		refuse(w, err)
		return
	}
	answer(w, m)
}

func (s *Server) attributes(w http.ResponseWriter, r *http.Request, c Caller) {
	name, node := r.URL.Query().Get("name"), r.URL.Query().Get("node")
	out := []api.Attribute{}
	for _, a := range s.backend.Snapshot().Attributes {
		if (name == "" || a.Name == name) && (node == "" || a.Node == node) {
			out = append(out, a)
		}
	}
	answer(w, append([]api.Attribute{}, s.sight(c).attributes(out)...))
}

func (s *Server) fenceHistory(w http.ResponseWriter, _ *http.Request, c Caller) {
	answer(w, append([]api.FenceRecord{}, s.sight(c).fencing(s.backend.Snapshot().Fencing)...))
}

func (s *Server) fenceDevices(w http.ResponseWriter, _ *http.Request, c Caller) {
	answer(w, append([]api.FenceDevice{}, s.sight(c).devices(s.backend.Snapshot().Devices)...))
}

// request answers at a route by carrying out its api.Request.
func (s *Server) request(route api.Route) handler {
	return func(w http.ResponseWriter, r *http.Request, c Caller) {
		req := route.New()
		if err := s.body(w, r, req); err != nil {
			refuse(w, err)
			return
		}
		s.carryOut(w, r, c, api.Value(req))
	}
}

// body reads a request's body, which is one JSON value.
func (s *Server) body(w http.ResponseWriter, r *http.Request, req api.Request) error {
	in := http.MaxBytesReader(w, r.Body, s.limits.Body)
	dec := json.NewDecoder(in)
	if err := dec.Decode(req); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			err = fmt.Errorf("it is larger than %d bytes", big.Limit)
		}
		return api.Errorf(exitcode.DataErr, "The body of %s is not understood: %s", req.Path(), err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return api.Errorf(exitcode.DataErr, "The body of %s goes on after its end", req.Path())
	}
	return nil
}

func (s *Server) carryOut(w http.ResponseWriter, r *http.Request, c Caller, plain api.Request) {
	if apply, ok := plain.(api.CIBApply); ok && queriesOnly(apply.Ops) {
		if res, err := s.queried(apply, c); err != nil {
			refuse(w, err)
		} else {
			answer(w, res)
		}
		return
	}
	if !c.mayAsk(plain) {
		refuse(w, notForYou())
		return
	}
	res, err := s.backend.Do(r.Context(), c.Principal, plain)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		refuse(w, api.Errorf(exitcode.Timeout, "%s took longer than %s", plain.Path(), s.limits.Call))
	case err != nil:
		refuse(w, err)
	default:
		res.Devices = s.sight(c).devices(res.Devices)
		answer(w, res)
	}
}

func queriesOnly(ops []cib.Op) bool {
	for _, op := range ops {
		if op.Kind != cib.OpQuery {
			return false
		}
	}
	return len(ops) > 0
}

// queried answers from the snapshot: a query needs no place in the order of changes.
func (s *Server) queried(apply api.CIBApply, c Caller) (api.Response, error) {
	doc := s.backend.Snapshot().CIB
	if doc == nil {
		return api.Response{}, noCIB()
	}
	n, err := s.query(doc, c.rights(doc), apply.Ops)
	if err != nil {
		return api.Response{}, err
	}
	return api.Response{CIB: &api.CIBResult{Version: doc.Version().String(), Data: string(n.Append(nil))}}, nil
}

func notForYou() *api.Error {
	return api.Errorf(exitcode.InsufficientPriv, "Permission denied: only root may ask for this, on the node itself")
}
