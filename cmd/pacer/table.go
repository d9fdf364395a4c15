package main

import (
	"pacer/applet"
	"pacer/crm"
	"pacer/demo"
	"pacer/demo/meter"
	"pacer/tool/agent"
	"pacer/tool/askwhy"
	"pacer/tool/attrdupdater"
	"pacer/tool/cibadmin"
	"pacer/tool/cibsecret"
	"pacer/tool/clstatus"
	"pacer/tool/corosync"
	"pacer/tool/crmadmin"
	"pacer/tool/crmattribute"
	"pacer/tool/crmdiff"
	"pacer/tool/crmerror"
	"pacer/tool/crmmon"
	"pacer/tool/crmnode"
	"pacer/tool/crmreport"
	"pacer/tool/crmresource"
	"pacer/tool/crmrule"
	"pacer/tool/crmshadow"
	"pacer/tool/crmsimulate"
	"pacer/tool/crmticket"
	"pacer/tool/crmverify"
	"pacer/tool/daemon"
	"pacer/tool/isodate"
	"pacer/tool/manual"
	"pacer/tool/noderun"
	"pacer/tool/sim"
	"pacer/tool/stonithadmin"
	"pacer/tool/token"
)

// table lists all commands, one line each. A package with a command exports it as Applet.
var table = applet.Table{
	askwhy.Applet,
	attrdupdater.Applet,
	cibadmin.Applet,
	cibsecret.Applet,
	clstatus.Applet,
	corosync.Cfgtool,
	corosync.Cmapctl,
	corosync.Cpgtool,
	corosync.Keygen,
	corosync.Quorumtool,
	crm.Applet,
	crmadmin.Applet,
	crmadmin.Daemon,
	crmattribute.Applet,
	crmmon.Applet,
	crmattribute.Master,
	crmattribute.Standby,
	crmdiff.Applet,
	crmerror.Applet,
	crmnode.Applet,
	crmreport.Applet,
	crmreport.Collector,
	demo.Applet,
	demo.NodeApplet,
	demo.FenceApplet,
	meter.Applet,
	meter.MemberApplet,
	meter.SpinApplet,
	noderun.Applet,
	noderun.Role,
	crmsimulate.Applet,
	crmrule.Applet,
	crmshadow.Applet,
	crmticket.Applet,
	crmverify.Applet,
	isodate.Applet,
	sim.Applet,
	stonithadmin.Applet,
	token.Applet,
	crmresource.Applet,
	crmresource.Failcount,
}

// Applets that look into the table itself join it here.
func init() {
	table = append(table, manual.Applets(func() applet.Table { return table })...)
	table = append(table, agent.Applets...)
	table = append(table, daemon.Applets...)
	table = append(table, applet.Applet{Names: []string{"schemas"}, Internal: true, Run: schemas,
		Summary: "write the schemas of the configuration for programs of others", SummaryJapanese: "設定スキーマを他のプログラム向けに書き出す"})
	table = append(table, applet.Applet{Names: []string{"links"}, Internal: true, Run: links,
		Summary: "make a link to this program for every command", SummaryJapanese: "各コマンド名のリンクを作成"})
}
