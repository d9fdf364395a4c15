package option

import "fmt"

// Fencing are the parameters that every fencing resource takes beside those of its agent.
var Fencing = append(described(fencingWords, []Option{
	{Name: "pcmk_host_argument", Kind: Text, Advanced: true, Part: Fencer},
	{Name: "pcmk_host_map", Kind: Text, Part: Fencer},
	{Name: "pcmk_host_list", Kind: Text, Part: Fencer},
	{Name: "pcmk_host_check", Kind: Choice, Choices: []string{"dynamic-list", "static-list", "status", "none"}, Part: Fencer},
	{Name: "pcmk_delay_max", Default: "0s", Kind: Duration, Part: Fencer},
	{Name: "pcmk_delay_base", Default: "0s", Kind: Text, Part: Fencer},
	{Name: "pcmk_action_limit", Default: "1", Kind: Whole, Part: Fencer},
}), fencingActions()...)

// fencingActions are the parameters that say of each action what the device calls it, how long it may take and how often it
// is tried.
func fencingActions() []Option {
	var all []Option
	for _, action := range []string{"reboot", "off", "on", "list", "monitor", "status"} {
		for _, o := range []Option{
			{Name: "action", Default: action, Kind: Text},
			{Name: "timeout", Default: "60s", Kind: Duration, Type: "timeout"},
			{Name: "retries", Default: "2", Kind: Whole},
		} {
			w := fencingActionWords[o.Name]
			o.Name = "pcmk_" + action + "_" + o.Name
			o.Short, o.Long = fmt.Sprintf(w.short, action), fmt.Sprintf(w.long, action)
			o.Advanced, o.Part = true, Fencer
			all = append(all, o)
		}
	}
	return all
}
