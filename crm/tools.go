package crm

import (
	"pacer/applet"
	"pacer/tool/cibsecret"
	"pacer/tool/crmattribute"
	"pacer/tool/crmmon"
	"pacer/tool/crmnode"
	"pacer/tool/crmresource"
	"pacer/tool/crmsimulate"
	"pacer/tool/crmverify"
	"pacer/tool/stonithadmin"
)

// tools are the drop-in commands that the shell calls, in this process.
var tools = applet.Table{
	cibsecret.Applet,
	crmattribute.Applet,
	crmmon.Applet,
	crmnode.Applet,
	crmresource.Applet,
	crmresource.Failcount,
	crmsimulate.Applet,
	crmverify.Applet,
	stonithadmin.Applet,
}
