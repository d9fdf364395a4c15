package main

import "pacer/applet"

// table lists all commands, one line each. A package with a command exports it as Applet.
var table = applet.Table{}
