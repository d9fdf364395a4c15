package crmreport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"pacer/api"
	"pacer/client"
	"pacer/exitcode"
	"pacer/service"
	"pacer/tool/crmreport/collect"
)

// remoteTime limits collecting over ssh.
const remoteTime = 3 * time.Minute

// maxRemote limits what comes over ssh, in bytes of the compressed archive.
const maxRemote = 64 << 20

// throughCluster lets another node collect and fetches what it has.
func throughCluster(ctx context.Context, cluster client.Cluster, r api.Collect, out collect.Sink) error {
	made, err := answerOf(cluster.Do(ctx, r))
	if err != nil {
		return err
	}
	if made.Collection == nil {
		return errors.New("it has answered without a collection")
	}
	return unpack(&parts{ctx: ctx, cluster: cluster, next: api.CollectPart{Node: r.Node, Collection: made.Collection.ID}}, out)
}

func answerOf(res api.Response, err error) (api.Answer, error) {
	if err != nil {
		return api.Answer{}, err
	}
	if len(res.Nodes) != 1 {
		return api.Answer{}, errors.New("no node has answered")
	}
	if n := res.Nodes[0]; n.Code != exitcode.OK {
		return api.Answer{}, &api.Error{Code: n.Code, Message: n.Message}
	}
	return res.Nodes[0].Answer, nil
}

// parts reads a collection part by part.
type parts struct {
	ctx     context.Context
	cluster client.Cluster
	next    api.CollectPart
	have    []byte
	end     bool
}

func (p *parts) Read(b []byte) (int, error) {
	if len(p.have) == 0 && !p.end {
		a, err := answerOf(p.cluster.Do(p.ctx, p.next))
		if err != nil {
			return 0, err
		}
		p.have = a.Part
		p.next.Offset += int64(len(a.Part))
		p.end = len(a.Part) < api.MaxPart
	}
	if len(p.have) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.have)
	p.have = p.have[n:]
	return n, nil
}

// byCommand lets a node collect that is reached by a command like ssh: COMMAND USER@NODE pacer report-collector. The command is split
// at blanks; what runs at the other end is always the same.
func byCommand(ctx context.Context, command, user string, r api.Collect, out collect.Sink) error {
	words := strings.Fields(command)
	if len(words) == 0 {
		return errors.New("the command to reach it with (-e) is empty")
	}
	target := r.Node
	if user != "" {
		target = user + "@" + target
	}
	if strings.HasPrefix(target, "-") || strings.ContainsFunc(target, func(c rune) bool { return c <= ' ' || strings.ContainsRune("'\"\\$`;&|<>()", c) }) {
		return fmt.Errorf("%q is no name of a host", target)
	}
	request, err := json.Marshal(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, remoteTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], target, "pacer", service.CollectorName)...)
	var problems bytes.Buffer
	cmd.Stdin, cmd.Stderr, cmd.WaitDelay = bytes.NewReader(request), &problems, time.Second
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	unpackErr := unpack(io.LimitReader(pipe, maxRemote), out)
	_, _ = io.Copy(io.Discard, pipe)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", words[0], err, strings.TrimSpace(problems.String()))
	}
	return unpackErr
}
