package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/xmltree"
)

// live is a node behind its socket, or behind TLS.
type live struct {
	http    *http.Client
	base    string // of all addresses
	at      string // where the node is; "" for the socket
	token   string
	program string
	user    string // in whose name to ask; "" for the caller's own
}

const (
	// dialTimeout limits the wait for a node that does not accept.
	dialTimeout = 5 * time.Second
	// queryTimeout limits the wait for what a node knows, changeTimeout for what a cluster has to agree on: a node that hangs
	// must not hang those who ask.
	queryTimeout  = 30 * time.Second
	changeTimeout = 2 * time.Minute
)

// patience is how long a request may take.
func patience(r api.Request) time.Duration {
	switch r := api.Value(r).(type) {
	case api.Fence:
		// Delays and retries come on top of the time for the action itself.
		return 2*r.Timeout.Duration() + max(r.Delay, 0).Duration() + changeTimeout
	case api.FenceQuery:
		return r.Timeout.Duration() + changeTimeout
	}
	return changeTimeout
}

// Live connects to the local node. The connection is made at once, so that the absence of a node shows here.
func Live(s Source) (Cluster, error) {
	path := s.Places.APISocket()
	dial := func(ctx context.Context) (*net.UnixConn, error) {
		d := net.Dialer{Timeout: dialTimeout}
		c, err := d.DialContext(ctx, "unix", path)
		if err != nil {
			return nil, err
		}
		return c.(*net.UnixConn), nil
	}
	first, err := dial(context.Background())
	if err != nil {
		return nil, NotConnected(err)
	}
	transport := &socket{dial: dial, idle: []*net.UnixConn{first}}
	return &live{http: &http.Client{Transport: transport}, base: "http://node/v1/", program: s.Program, user: s.Getenv("CIB_user")}, nil
}

func (l *live) Kind() Kind { return KindLive }

func (l *live) Close() error {
	l.http.CloseIdleConnections()
	return nil
}

// call sends one request and returns the body of the answer, which the caller closes.
func (l *live) call(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
	if body == nil {
		return l.callWith(ctx, method, path, "", nil)
	}
	return l.callWith(ctx, method, path, "application/json", bytes.NewReader(body))
}

// callWith is call with a body of any kind.
func (l *live) callWith(ctx context.Context, method, path, content string, body io.Reader) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, method, l.base+path, body)
	if err != nil {
		return nil, &Error{exitcode.Software, err.Error(), err}
	}
	req.Header.Set("User-Agent", l.program)
	if l.user != "" {
		req.Header.Set(api.UserHeader, l.user)
	}
	if l.token != "" {
		req.Header.Set("Authorization", "Bearer "+l.token)
	}
	if body != nil {
		req.Header.Set("Content-Type", content)
	}
	res, err := l.http.Do(req)
	if err != nil {
		return nil, l.broken(err)
	}
	if res.StatusCode == http.StatusOK {
		return res.Body, nil
	}
	defer res.Body.Close()
	refusal := &api.Error{}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(refusal); err != nil || refusal.Code == 0 {
		return nil, &Error{exitcode.Protocol, fmt.Sprintf("The node answered %s", res.Status), err}
	}
	if l.at != "" && (res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusTooManyRequests) {
		return nil, &Error{refusal.Code, refusal.Message, refusal} // What the node says here is more than the code.
	}
	return nil, refusal
}

// broken is the error of a request that came to no answer.
func (l *live) broken(err error) error {
	plain := transportError(err)
	if l.at != "" && exitcode.Of(plain) == exitcode.Disconnect {
		var inner *url.Error
		if errors.As(err, &inner) {
			err = inner.Err
		}
		return unreachable(l.at, err)
	}
	return plain
}

// transportError tells a node that does not answer from one that is not there.
func transportError(err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{exitcode.Timeout, "The node does not answer", err}
	case errors.Is(err, context.Canceled):
		return &Error{exitcode.Error, "Interrupted", err}
	}
	return NotConnected(err)
}

// get reads a JSON answer into value.
func (l *live) get(ctx context.Context, path string, value any) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	return l.decode(ctx, http.MethodGet, path, nil, value)
}

func (l *live) decode(ctx context.Context, method, path string, body []byte, value any) error {
	in, err := l.call(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, MaxCIB))
	if err != nil {
		return transportError(err)
	}
	if err := json.Unmarshal(data, value); err != nil {
		return &Error{exitcode.Protocol, fmt.Sprintf("The node's answer to %s is not understood: %s", path, err), err}
	}
	return nil
}

func (l *live) CIB(ctx context.Context) (*cib.Document, error) {
	data, err := l.fetch(ctx, "cib")
	if err != nil {
		return nil, err
	}
	doc, err := cib.Parse(data)
	if err != nil {
		return nil, &Error{exitcode.Protocol, fmt.Sprintf("The node's CIB is not understood: %s", err), err}
	}
	return doc, nil
}

func (l *live) Apply(ctx context.Context, ops ...cib.Op) (*xmltree.Node, error) {
	if len(ops) == 1 && plainQuery(&ops[0]) {
		return l.query(ctx, &ops[0])
	}
	answer, err := l.Do(ctx, api.CIBApply{Ops: ops, Client: l.program})
	if err != nil || answer.CIB == nil || answer.CIB.Data == "" {
		return nil, err
	}
	n, err := xmltree.ParseString(answer.CIB.Data)
	if err != nil {
		return nil, &Error{exitcode.Protocol, fmt.Sprintf("The node's answer is not understood: %s", err), err}
	}
	return n, nil
}

// longQuery is how long an XPath may be that is asked for in an address, in bytes.
const longQuery = 4 << 10

// plainQuery tells whether an operation asks for what has an address, so that the answer comes as XML and not as a JSON string.
func plainQuery(op *cib.Op) bool {
	return op.Kind == cib.OpQuery && !op.NoChildren && !op.Paths && len(op.XPath) <= longQuery
}

func (l *live) query(ctx context.Context, op *cib.Op) (*xmltree.Node, error) {
	q := url.Values{}
	if op.Section != "" {
		q.Set("section", op.Section)
	}
	if op.XPath != "" {
		q.Set("xpath", op.XPath)
	}
	path := "cib"
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	data, err := l.fetch(ctx, path)
	if err != nil {
		return nil, err
	}
	n, err := xmltree.ParseString(string(data))
	if err != nil {
		return nil, &Error{exitcode.Protocol, fmt.Sprintf("The node's answer is not understood: %s", err), err}
	}
	return n, nil
}

// fetch gets what has an address.
func (l *live) fetch(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	in, err := l.call(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, MaxCIB))
	if err != nil {
		return nil, transportError(err)
	}
	return data, nil
}

func (l *live) Node(ctx context.Context) (*api.NodeInfo, error) {
	info := &api.NodeInfo{}
	if err := l.get(ctx, "node", info); err != nil {
		return nil, err
	}
	return info, nil
}

func (l *live) Attributes(ctx context.Context, name, node string) ([]api.Attribute, error) {
	q := url.Values{}
	if name != "" {
		q.Set("name", name)
	}
	if node != "" {
		q.Set("node", node)
	}
	var out []api.Attribute
	err := l.get(ctx, "attributes?"+q.Encode(), &out)
	return out, err
}

func (l *live) FenceHistory(ctx context.Context) ([]api.FenceRecord, error) {
	var out []api.FenceRecord
	err := l.get(ctx, "fencing/history", &out)
	return out, err
}

func (l *live) FenceDevices(ctx context.Context) ([]api.FenceDevice, error) {
	var out []api.FenceDevice
	err := l.get(ctx, "fencing/devices", &out)
	return out, err
}

func (l *live) Messaging(ctx context.Context) (*api.Messaging, error) {
	out := &api.Messaging{}
	if err := l.get(ctx, "messaging", out); err != nil {
		return nil, err
	}
	return out, nil
}

func (l *live) Do(ctx context.Context, r api.Request) (api.Response, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return api.Response{}, &Error{exitcode.Software, err.Error(), err}
	}
	ctx, cancel := context.WithTimeout(ctx, patience(r))
	defer cancel()
	var answer api.Response
	err = l.decode(ctx, http.MethodPost, r.Path(), body, &answer)
	return answer, err
}

// maxEvent limits one event of the stream.
const maxEvent = 16 << 20

func (l *live) Watch(ctx context.Context) (<-chan api.Event, error) {
	in, err := l.call(ctx, http.MethodGet, "events", nil)
	if err != nil {
		return nil, err
	}
	events := make(chan api.Event)
	go func() {
		defer close(events)
		defer in.Close()
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxEvent)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var e api.Event
			if json.Unmarshal([]byte(data), &e) != nil {
				return
			}
			select {
			case events <- e:
			case <-ctx.Done():
				return
			}
		}
	}()
	return events, nil
}
