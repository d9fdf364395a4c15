package option

// Fencing are the parameters that every fencing resource takes beside those of its agent.
var Fencing = []Option{
	{Name: "pcmk_host_argument", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_host_map", Kind: Text, Part: Fencer},
	{Name: "pcmk_host_list", Kind: Text, Part: Fencer},
	{Name: "pcmk_host_check", Kind: Choice, Choices: []string{"dynamic-list", "static-list", "status", "none"}, Part: Fencer},
	{Name: "pcmk_delay_max", Default: "0s", Kind: Duration, Part: Fencer},
	{Name: "pcmk_delay_base", Default: "0s", Kind: Text, Part: Fencer},
	{Name: "pcmk_action_limit", Default: "1", Kind: Whole, Part: Fencer},
	// What the device calls each action, how long it may take and how often it is tried.
	{Name: "pcmk_reboot_action", Default: "reboot", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_reboot_timeout", Default: "60s", Kind: Duration, Type: "timeout", Advanced: true, Part: Fencer},
	{Name: "pcmk_reboot_retries", Default: "2", Kind: Whole, Advanced: true, Part: Fencer},
	{Name: "pcmk_off_action", Default: "off", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_off_timeout", Default: "60s", Kind: Duration, Type: "timeout", Advanced: true, Part: Fencer},
	{Name: "pcmk_off_retries", Default: "2", Kind: Whole, Advanced: true, Part: Fencer},
	{Name: "pcmk_on_action", Default: "on", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_on_timeout", Default: "60s", Kind: Duration, Type: "timeout", Advanced: true, Part: Fencer},
	{Name: "pcmk_on_retries", Default: "2", Kind: Whole, Advanced: true, Part: Fencer},
	{Name: "pcmk_list_action", Default: "list", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_list_timeout", Default: "60s", Kind: Duration, Type: "timeout", Advanced: true, Part: Fencer},
	{Name: "pcmk_list_retries", Default: "2", Kind: Whole, Advanced: true, Part: Fencer},
	{Name: "pcmk_monitor_action", Default: "monitor", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_monitor_timeout", Default: "60s", Kind: Duration, Type: "timeout", Advanced: true, Part: Fencer},
	{Name: "pcmk_monitor_retries", Default: "2", Kind: Whole, Advanced: true, Part: Fencer},
	{Name: "pcmk_status_action", Default: "status", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_status_timeout", Default: "60s", Kind: Duration, Type: "timeout", Advanced: true, Part: Fencer},
	{Name: "pcmk_status_retries", Default: "2", Kind: Whole, Advanced: true, Part: Fencer},
}
