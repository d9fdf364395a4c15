package option

// fencingWords describe the parameters of fencing resources. These are the words that existing clients print and compare
// (crm_resource --list-options=fencing, the meta-data of the fencer), and they stand here for that reason alone.
func fencingWords(name string) words {
	switch name {
	case "pcmk_host_argument":
		return words{
			short: "Name of agent parameter that should be set to the fencing target",
			long: "If the fencing agent metadata advertises support for the \"port\" or \"plug\" parameter, that will be used as the " +
				"default, otherwise \"none\" will be used, which tells the cluster not to supply any additional parameters.",
		}
	case "pcmk_host_map":
		return words{
			short: "A mapping of node names to port numbers for devices that do not support node names.",
			long:  "For example, \"node1:1;node2:2,3\" would tell the cluster to use port 1 for node1 and ports 2 and 3 for node2.",
		}
	case "pcmk_host_list":
		return words{
			short: "Nodes targeted by this device",
			long: "Comma-separated list of nodes that can be targeted by this device (for example, \"node1,node2,node3\"). If " +
				"pcmk_host_check is \"static-list\", either this or pcmk_host_map must be set.",
		}
	case "pcmk_host_check":
		return words{
			short: "How to determine which nodes can be targeted by the device",
			long: "Use \"dynamic-list\" to query the device via the 'list' command; \"static-list\" to check the pcmk_host_list " +
				"attribute; \"status\" to query the device via the 'status' command; or \"none\" to assume every device can fence " +
				"every node. The default value is \"static-list\" if pcmk_host_map or pcmk_host_list is set; otherwise " +
				"\"dynamic-list\" if the device supports the list operation; otherwise \"status\" if the device supports the " +
				"status operation; otherwise \"none\"",
		}
	case "pcmk_delay_max":
		return words{
			short: "Enable a delay of no more than the time specified before executing fencing actions.",
			long: "Enable a delay of no more than the time specified before executing fencing actions. Pacemaker derives the overall " +
				"delay by taking the value of pcmk_delay_base and adding a random delay value such that the sum is kept below this " +
				"maximum.",
		}
	case "pcmk_delay_base":
		return words{
			short: "Enable a base delay for fencing actions and specify base delay value.",
			long: "This enables a static delay for fencing actions, which can help avoid \"death matches\" where two nodes try to " +
				"fence each other at the same time. If pcmk_delay_max is also used, a random delay will be added such that the " +
				"total delay is kept below that value. This can be set to a single time value to apply to any node targeted by " +
				"this device (useful if a separate device is configured for each target), or to a node map (for example, " +
				"\"node1:1s;node2:5\") to set a different value for each target.",
		}
	case "pcmk_action_limit":
		return words{
			short: "The maximum number of actions can be performed in parallel on this device",
			long: "If the concurrent-fencing cluster property is \"true\", this specifies the maximum number of actions that can be " +
				"performed in parallel on this device. A value of -1 means unlimited.",
		}
	}
	return words{}
}

// fencingActionWords describe what can be said of each action; %s is its name.
func fencingActionWords(name string) words {
	switch name {
	case "action":
		return words{
			short: "An alternate command to run instead of '%s'",
			long: "Some devices do not support the standard commands or may provide additional ones. Use this to specify an " +
				"alternate, device-specific, command that implements the '%s' action.",
		}
	case "timeout":
		return words{
			short: "Specify an alternate timeout to use for '%s' actions instead of fencing-timeout",
			long: "Some devices need much more/less time to complete than normal. Use this to specify an alternate, device-specific, " +
				"timeout for '%s' actions.",
		}
	case "retries":
		return words{
			short: "The maximum number of times to try the '%s' command within the timeout period",
			long: "Some devices do not support multiple connections. Operations may \"fail\" if the device is busy with another " +
				"task. In that case, Pacemaker will automatically retry the operation if there is time remaining. Use this option " +
				"to alter the number of times Pacemaker tries a '%s' action before giving up.",
		}
	}
	return words{}
}
