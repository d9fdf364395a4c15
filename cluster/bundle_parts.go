package cluster

import (
	"strconv"
	"strings"

	"pacer/option"
	"pacer/xmltree"
)

// What the containers of a bundle get from the cluster. The paths are those of every installation: they are part of the
// digests in the history.
const (
	remoteProgram  = "/usr/sbin/pacemaker-remoted"
	remoteKey      = "/etc/pacemaker/authkey"
	bundleLogs     = "/var/log/pacemaker/bundles"
	remotePort     = "3121"
	hostAddress    = "#uname" // stands for the name of the node where the container runs
	maxReplicas    = 1000
	innerNodeScore = 500
)

// portMap and storage are what a bundle hands into its containers.
type portMap struct{ source, target string }

type storage struct {
	source, target, options string
	own                     bool // every replica has a directory of its own below source
}

// bundlePlan is a bundle's configuration as far as its parts are made from it.
type bundlePlan struct {
	id, engine              string
	image, command, options string
	network                 string
	first, mask, nic        string // addresses
	controlPort             string
	addHosts                bool
	ports                   []portMap
	mounts                  []storage
	hosts                   string // --add-host options for all replicas
	child                   bool
}

// planBundle reads network and storage.
func (s *State) planBundle(r *Resource, impl *xmltree.Node) *bundlePlan {
	p := &bundlePlan{id: r.Name, engine: impl.Name, image: impl.Get("image"), command: impl.Get("run-command"),
		options: impl.Get("options"), network: impl.Get("network"), addHosts: true}
	if n := r.XML.First("network"); n != nil {
		p.first, p.mask, p.nic, p.controlPort = n.Get("ip-range-start"), n.Get("host-netmask"), n.Get("host-interface"), n.Get("control-port")
		if v, ok := n.Lookup("add-host"); ok {
			p.addHosts = option.True(v)
		}
		for m := range n.Elements("port-mapping") {
			source, target := m.Get("port"), m.Get("internal-port")
			if source == "" {
				source = m.Get("range")
			}
			if target == "" {
				target = source
			}
			if source != "" {
				p.ports = append(p.ports, portMap{source, target})
			}
		}
	}
	for m := range r.XML.First("storage").Elements("storage-mapping") {
		x := storage{source: m.Get("source-dir"), target: m.Get("target-dir"), options: m.Get("options")}
		if x.source == "" {
			x.source, x.own = m.Get("source-dir-root"), true
		}
		if x.source == "" || x.target == "" {
			s.say(Config, "Line %d: storage of bundle %s needs a source and a target.", m.Line, r.Name)
			continue
		}
		p.mounts = append(p.mounts, x)
	}
	return p
}

// part builds a primitive that is watched every minute.
func part(id, agent string) (x, params *xmltree.Node) {
	x = xmltree.New("primitive", "id", id, "class", "ocf", "provider", "heartbeat", "type", agent)
	params = x.AddNew("instance_attributes", "id", id+"-attributes-"+id)
	x.AddNew("operations").AddNew("op", "id", id+"-monitor-60s", "name", "monitor", "interval", "60s")
	return x, params
}

func param(block *xmltree.Node, name, value string) {
	block.AddNew("nvpair", "id", block.ID()+"-"+name, "name", name, "value", value)
}

func (p *bundlePlan) addressElement(rep *Replica) *xmltree.Node {
	x, params := part(p.id+"-ip-"+rep.Address, "IPaddr2")
	param(params, "ip", rep.Address)
	if p.nic != "" {
		param(params, "nic", p.nic)
	}
	mask := p.mask
	if mask == "" {
		mask = "32"
	}
	param(params, "cidr_netmask", mask)
	return x
}

func (p *bundlePlan) containerElement(rep *Replica) *xmltree.Node {
	name := p.id + "-" + strconv.Itoa(rep.Offset)
	x, params := part(p.id+"-"+p.engine+"-"+strconv.Itoa(rep.Offset), p.engine)
	param(params, "image", p.image)
	param(params, "allow_pull", "true")
	param(params, "force_kill", "false")
	param(params, "reuse", "false")
	options, points := p.runOptions(rep, name)
	param(params, "run_opts", options)
	param(params, "mount_points", points)
	switch {
	case p.command != "":
		param(params, "run_cmd", p.command)
	case p.child:
		param(params, "run_cmd", remoteProgram)
	}
	// The container is watched only for being there; what is inside is watched by itself.
	param(params, "monitor_cmd", "/bin/true")
	return x
}

// runOptions are the options of the container program, blank for blank: they are part of digests.
func (p *bundlePlan) runOptions(rep *Replica, name string) (options, points string) {
	var b, m strings.Builder
	if p.engine == "docker" {
		b.WriteString(" --restart=no")
	}
	if rep.Address != "" {
		b.WriteString(" -h " + name)
	}
	b.WriteString(" -e PCMK_stderr=1")
	if p.network != "" {
		b.WriteString(" --net=" + p.network)
	}
	port := p.controlPort
	if port == "" {
		port = remotePort
	}
	b.WriteString(" -e PCMK_remote_port=" + port)
	for _, x := range p.mounts {
		source := x.source
		if x.own {
			source += "/" + name
			if m.Len() > 0 {
				m.WriteByte(',')
			}
			m.WriteString(source)
		}
		b.WriteString(" -v " + source + ":" + x.target)
		if x.options != "" {
			b.WriteString(":" + x.options)
		}
	}
	for _, x := range p.ports {
		switch {
		case rep.Address != "":
			b.WriteString(" -p " + rep.Address + ":" + x.source + ":" + x.target)
		case p.network != "host":
			b.WriteString(" -p " + x.source + ":" + x.target)
		}
	}
	if p.options != "" {
		b.WriteString(" " + p.options)
	}
	b.WriteString(" " + p.hosts)
	return b.String(), m.String()
}
