package main

import (
	"pacer/applet"
	"pacer/crm"
	"pacer/demo"
	"pacer/tool/attrdupdater"
	"pacer/tool/cibadmin"
	"pacer/tool/crmattribute"
	"pacer/tool/crmnode"
	"pacer/tool/crmsimulate"
	"pacer/tool/crmverify"
)

// table lists all commands, one line each. A package with a command exports it as Applet.
var table = applet.Table{
	attrdupdater.Applet,
	cibadmin.Applet,
	crm.Applet,
	crmattribute.Applet,
	crmnode.Applet,
	demo.Applet,
	demo.NodeApplet,
	demo.FenceApplet,
	crmsimulate.Applet,
	crmverify.Applet,
	// Its function is set below: it looks into the table itself.
	{Names: []string{"links"}, Internal: true, Summary: "make a link to this program for every command",
		SummaryJapanese: "各コマンド名のリンクを作成"},
}

func init() { table[len(table)-1].Run = links }
