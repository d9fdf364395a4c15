package level

import (
	"context"
	"fmt"

	"pacer/applet"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/xmltree"
)

// shadowVariable names the shadow configuration that commands work on.
const shadowVariable = "CIB_shadow"

// clusterEnv is the environment in which the cluster is opened: with the shadow configuration in use, if any.
func (sh *Shell) clusterEnv() applet.Env {
	env := sh.Env
	if sh.shadow == "" {
		return env
	}
	get := env.Getenv
	env.Getenv = func(name string) string {
		switch name {
		case shadowVariable:
			return sh.shadow
		case "CIB_file":
			return ""
		}
		return get(name)
	}
	return env
}

// Cluster is the open cluster or file.
func (sh *Shell) Cluster() (Cluster, error) {
	if sh.cluster == nil {
		c, err := sh.Open(sh.clusterEnv())
		if err != nil {
			return nil, err
		}
		sh.cluster = c
	}
	return sh.cluster, nil
}

// UseShadow makes commands work on a shadow configuration; "" means the live one.
func (sh *Shell) UseShadow(name string) {
	sh.shadow = name
	sh.cluster = nil
}

// reach says what to do about a cluster that cannot be reached.
func reach(err error) error {
	if err != nil && exitcode.Of(err) == exitcode.Disconnect {
		return fmt.Errorf("could not reach the cluster: %w; start it on this node, or name a file in CIB_file", err)
	}
	return err
}

// lazy opens the cluster when the session first needs it.
type lazy struct{ sh *Shell }

func (l lazy) CIB(ctx context.Context) (*cib.Document, error) {
	c, err := l.sh.Cluster()
	if err != nil {
		return nil, reach(err)
	}
	doc, err := c.CIB(ctx)
	return doc, reach(err)
}

func (l lazy) Apply(ctx context.Context, ops ...cib.Op) (*xmltree.Node, error) {
	c, err := l.sh.Cluster()
	if err != nil {
		return nil, err
	}
	return c.Apply(ctx, ops...)
}
