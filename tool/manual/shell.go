package manual

import (
	"fmt"
	"strings"

	"pacer/applet"
)

// What stands behind the name of a value, as a command that lists the choices. Values that are named otherwise are files or free.
var lists = map[string]string{
	"NODE": "crm_node -p 2>/dev/null", "TARGET": "crm_node -p 2>/dev/null", "HOST": "crm_node -p 2>/dev/null",
	"RESOURCE": "crm_resource --list-raw 2>/dev/null", "RSC": "crm_resource --list-raw 2>/dev/null",
	"FORMAT": "echo text xml none",
}

func isFile(value string) bool {
	return value == "FILE" || value == "PATH" || value == "DIR" || value == "file" || value == "DEST"
}

// spellings are the forms of an option as they are typed.
func spellings(o applet.Option) []string {
	var out []string
	if o.Short != 0 {
		out = append(out, "-"+string(rune(o.Short)))
	}
	if o.Long != "" {
		out = append(out, "--"+o.Long)
	}
	return out
}

// key is the word by which a completion knows a command: its name, or what follows "pacer".
func key(d applet.Description) string { return strings.TrimPrefix(d.Name, "pacer ") }

// callable are the names that are commands of the shell.
func callable(list []applet.Description) string {
	out := "pacer"
	for _, d := range list {
		if key(d) == d.Name {
			out += " " + d.Name
		}
	}
	return out
}

func each(d applet.Description, f func(applet.Option)) {
	for _, s := range d.Sections {
		for _, o := range s.Options {
			f(o)
		}
	}
}

// bash writes one function for all commands: the options, and the values where something lists them.
func bash(list []applet.Description, names []string) string {
	var b strings.Builder
	b.WriteString("# Completion of Pacer's commands for bash; written by \"pacer completion bash\".\n")
	b.WriteString("_pacer() {\n  local command=${1##*/} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n")
	fmt.Fprintf(&b, "  if [ \"$command\" = pacer ]; then\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n      COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n      return\n    fi\n    command=${COMP_WORDS[1]}\n  fi\n",
		strings.Join(names, " "))
	b.WriteString("  # --option=value comes as three words\n  if [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; elif [ \"$cur\" = = ]; then cur=; fi\n")
	b.WriteString("  case $command,$prev in\n")
	for _, d := range list {
		each(d, func(o applet.Option) {
			if o.Value == "" || o.Optional {
				return
			}
			var pattern []string
			for _, s := range spellings(o) {
				pattern = append(pattern, "'"+key(d)+","+s+"'")
			}
			action := "return"
			if command, ok := lists[o.Value]; ok {
				action = `COMPREPLY=($(compgen -W "$(` + command + `)" -- "$cur")); return`
			} else if isFile(o.Value) {
				action = `COMPREPLY=($(compgen -f -- "$cur")); return`
			}
			fmt.Fprintf(&b, "    %s) %s ;;\n", strings.Join(pattern, "|"), action)
		})
	}
	b.WriteString("  esac\n  case $command in\n")
	for _, d := range list {
		var words []string
		each(d, func(o applet.Option) { words = append(words, spellings(o)...) })
		fmt.Fprintf(&b, "    %s) words='%s' ;;\n", key(d), strings.Join(words, " "))
	}
	b.WriteString("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _pacer " + callable(list) + "\n")
	return b.String()
}

// zsh writes one file for all commands, in the form of _arguments.
func zsh(list []applet.Description, names []string) string {
	var b strings.Builder
	b.WriteString("#compdef " + callable(list))
	b.WriteString("\n# Completion of Pacer's commands for zsh; written by \"pacer completion zsh\".\n")
	fmt.Fprintf(&b, "if [[ $service == pacer ]]; then\n  if (( CURRENT == 2 )); then\n    compadd %s\n    return\n  fi\n  service=$words[2]\n  shift words\n  (( CURRENT-- ))\nfi\n", strings.Join(names, " "))
	b.WriteString("case $service in\n")
	for _, d := range list {
		fmt.Fprintf(&b, "  %s)\n    _arguments -s", key(d))
		each(d, func(o applet.Option) {
			forms := spellings(o)
			for _, form := range forms {
				value := ""
				if o.Value != "" {
					value = ":" + strings.ToLower(zshText(o.Value)) + ":" + zshAction(o.Value)
					if o.Optional {
						value = ":" + value
					}
					if strings.HasPrefix(form, "--") {
						form += "="
					}
				}
				fmt.Fprintf(&b, " \\\n      '(%s)%s[%s]%s'", strings.Join(forms, " "), form, zshText(strings.ReplaceAll(o.Help, "\n", " ")), value)
			}
		})
		b.WriteString("\n    ;;\n")
	}
	b.WriteString("esac\n")
	return b.String()
}

func zshAction(value string) string {
	if command, ok := lists[value]; ok {
		return `($(` + command + `))`
	}
	if isFile(value) {
		return "_files"
	}
	return " "
}

// zshText protects a text inside of a specification in single quotes.
func zshText(s string) string {
	return strings.NewReplacer(`'`, `’`, `[`, `\[`, `]`, `\]`, `:`, `\:`).Replace(s)
}

// fish writes one line for each option.
func fish(list []applet.Description, names []string) string {
	var b strings.Builder
	b.WriteString("# Completion of Pacer's commands for fish; written by \"pacer completion fish\".\n")
	fmt.Fprintf(&b, "complete -c pacer -n __fish_use_subcommand -f -a '%s'\n", strings.Join(names, " "))
	for _, d := range list {
		each(d, func(o applet.Option) {
			if key(d) == d.Name {
				fmt.Fprintf(&b, "complete -c %s", d.Name)
			} else {
				fmt.Fprintf(&b, "complete -c pacer -n '__fish_seen_subcommand_from %s'", key(d))
			}
			if o.Short != 0 {
				fmt.Fprintf(&b, " -s '%c'", o.Short)
			}
			if o.Long != "" {
				fmt.Fprintf(&b, " -l %s", o.Long)
			}
			if o.Value != "" && !o.Optional {
				b.WriteString(" -r")
				if command, ok := lists[o.Value]; ok {
					fmt.Fprintf(&b, " -f -a '(%s | string split \" \")'", command)
				} else if !isFile(o.Value) {
					b.WriteString(" -f")
				}
			}
			fmt.Fprintf(&b, " -d '%s'\n", strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", " ").Replace(o.Help))
		})
	}
	return b.String()
}
