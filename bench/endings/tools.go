package main

// tools are all commands that end with codes of Pacemaker.
var tools = []tool{
	{name: "attrd_updater", alone: true, hidden: "-v= -S= -q", calls: []string{
		"-n a -Q", "-n a -U 1", "-n a -B 1 -d 5s", "-n a -Y -d 5s", "-n a -D", "-R", "-P ^a -U 1", "-n a -Q -A", "-n a -Q -N node1", "-n a -U 1 -W local",
		"-n a -U value++ -N node2", "-n a -U 1 -z -p -s set", "-n a -U 1 -l reboot", "-n a -v 1"}},
	{name: "cibadmin", hidden: "--local --node= --node-path --sync-call", calls: []string{
		"-Q", "-Q -o resources", "-Q --xpath //nvpair", "-Q -e --xpath //nvpair", "-C -o resources -x IN", "-M -o resources -X '<primitive id=\"dummy\" description=\"x\"/>'", "-R -x IN",
		"-R -p", "-D --xpath //nvpair", "-D -X '<node id=\"1\"/>'", "-d --xpath //nvpair --force", "-P -x IN", "-E --force", "-u --force", "-B", "-a", "-5 -x IN", "-6 -x IN", "-5", "-6",
		"-C -o constraints -X '<rsc_location id=\"l\" rsc=\"dummy\" node=\"node1\" score=\"1\"/>'", "-Q -U nobody", "-Q -S text -U nobody", "-Q -t 5", "-M --score -c -X '<cib/>'", "-Q -n",
		"-C -o resources -X '<primitive'", "-M -X '<nonsense/>'", "-D -X '<primitive id=\"none\"/>' -o resources"}},
	{name: "cibsecret", alone: true, calls: []string{
		"get dummy fake", "set dummy fake secret", "check dummy fake", "delete dummy fake", "stash dummy fake", "unstash dummy fake", "sync", "-C get dummy fake", "get dummy", "set dummy fake",
		"get none fake", "get dummy none", "nonsense", "get", "get ../x y", "set dummy fake secret more"}},
	{name: "crm_attribute", hidden: "--node-uname= --attr-name= --get-value -Q --inhibit-policy-engine", calls: []string{
		"-n stonith-enabled", "-n x -v 1", "-n stonith-enabled -D", "-n none -G", "-n none -D", "-N node1 -n a -v 1 -l forever", "-N node1 -n a -G -l forever", "-N node1 -n a -v 1 -l reboot", "-N node1 -n a -G -l reboot", "-N none -n a -v 1",
		"-p dummy -N node1 -v 1", "-p dummy -N node1 -G", "-p -v 1", "-p dummy -N node1 -D", "-t nodes -N node1 -n a -v 1", "-t nodes -n a -G", "-t status -N node1 -n a -G", "-t status -N node1 -n a -v 1", "-t tickets -n ticket -G", "-t tickets -n ticket -N ticket -v 1",
		"-t rsc_defaults -n a -v 1", "-t op_defaults -n a -G", "-P a -G -l reboot -N node1", "-P a -v 1 -l reboot -N node1", "-P a -v 1 -l forever -N node1", "-L cluster", "-L cluster --all", "-n a -d b -G", "-n a -i none -v 1", "-i none -D", "-i options-fencing -G", "-n a -s set -v 1", "-n a -v value++", "-N node1 -n a -z -v 1", "-n a -v 1 --score",
		"-N node1 -n a -v 1 -W cluster -l reboot", "-q -n stonith-enabled"}},
	{name: "crm_diff", alone: true, hidden: "--stdin", calls: []string{
		"-o IN -n IN", "-o IN -p IN", "-o IN -N '<cib/>'", "-O '<cib/>' -n IN", "-c -o IN -n IN", "-u -o IN -n IN", "-o IN", "-n IN", "-O '<a/>' -N '<b/>'", "-O '<a' -N '<b/>'", "-p IN"}},
	{name: "crm_error", alone: true, calls: []string{
		"-X 1", "-r 0", "-r -- -1001", "1", "-l", "-l -X", "-l -r", "-n 201", "-X nonsense", "-r nonsense", "nonsense", "-X 9999", "-X 1 2 3", "-X -- -5", "99999999999999999999"}},
	{name: "crm_mon", hidden: "--as-xml --xml-file= --pid-file= --pending", calls: []string{
		"-1", "-1 -X", "-1 --output-as=xml", "-1 --output-as=html", "-1 --output-to OUT", "-1 --output-as html --output-to OUT", "-1 -x IN", "-1 -r -f -o", "-1 -I all", "-1 -U all", "-1 --node node1", "-1 --resource dummy", "-1 -m 3", "-1 -m", "-1 -L by", "-1 -i 5s",
		"-d", "-1 -d", "-1 -E /bin/true", "-1 -W", "-1 -Q", "-1 -n -b", "-d --output-to none/out", "-d -i 0 --output-to directory", "-1 --output-as=console", "-1 --html-title x", "-1 -I nonsense", "-1 --output-as=none", "-s", "-w", "-h out", "-1 -p OUT"}},
	{name: "crm_node", alone: true, hidden: "--corosync", calls: []string{
		"-n", "-i", "-l", "-p", "-q", "-N 1", "-R none", "-R node1 --force", "-l -p"}},
	{name: "crm_resource", hidden: "--list-cts --host-uname=", calls: []string{
		"-L", "-l", "-O", "-o", "--list-options=primitive", "--list-options=fencing --all", "--list-standards", "--list-ocf-providers", "--list-agents ocf", "--list-agents ocf:pacemaker", "--list-ocf-alternatives Dummy", "--show-metadata ocf:pacemaker:none", "-q -r dummy", "-w -r dummy",
		"-g fake -r dummy", "-W -r dummy", "-a -r dummy", "-A -r dummy", "-Y", "-Y -r dummy", "-Y -N node1", "--digests -r dummy -N node1", "--validate --class ocf --provider pacemaker --agent none --option a=b", "--validate -r dummy", "-C -r dummy", "-C", "-R -r dummy", "-R -N node1",
		"-p fake -v 2 -r dummy", "-p none -v 2 -r dummy --meta", "-d fake -r dummy", "-d none -r dummy", "-p target-role -v nonsense -r dummy --meta", "-M -r dummy", "-M -r dummy -N node2", "-M -r dummy -N node2 -u PT5M", "-B -r dummy", "-B -r dummy -N node2", "-U -r dummy", "-U", "-U --expired", "-D -r dummy -t primitive", "-D -r dummy", "-F -r dummy -N node1",
		"--restart -r none", "--wait -T 1s", "--force-start -r none", "--force-check -r group", "-C -r dummy -n monitor -I 10s", "-C -n monitor", "-q -r none", "-M -r none", "-M -r first -N none", "-B -r dummy --promoted", "-p fake -v 2 -r group --recursive", "-g fake -r group -z", "-p a -v 1 -r dummy --element", "-c", "-L -r dummy", "-L -N node1", "-W -r group", "a=b", "-L a=b", "-M -r dummy -N node1"}},
	{name: "crm_rule", calls: []string{
		"-c -r rule", "-c -r none", "-c -r rule -d 2021-01-01", "-c -r rule -X '<cib/>'", "-c -r rule -X -", "-c", "-r rule", "-c -r rule -r none", "-c -r rule -d nonsense"}},
	{name: "crm_shadow", hidden: "", calls: []string{
		"-w", "-p", "-d", "-F", "-b -c name", "-b -e name", "-b -C name --force", "-b -D name --force", "-E", "-b -r name --force", "-b -s name", "-b -C name", "-b -D name", "-b -e name -v pacemaker-4.0", "-b -c name -a", "-c name", "-b -e name --force"}},
	{name: "crm_simulate", hidden: "--pending", calls: []string{
		"-x IN", "-x IN -S", "-x IN -R", "-p", "-L", "-L -S", "-x IN -X", "-x IN -s -U -A -c", "-x IN -S -G OUT", "-x IN -S -D OUT", "-x IN -S -O OUT", "-x IN -I OUT", "-P IN", "-P directory -N 2", "-x IN -S -u node3", "-x IN -S -d node2", "-x IN -S -f node2",
		"-x IN -S -i dummy_monitor_10000@node1=7", "-x IN -S -F dummy_monitor_10000@node1=7", "-x IN -t 2021-01-01", "-x IN -q false", "-x IN -w true", "-x IN -S -g ticket", "-x IN -S -r ticket", "-x IN -S -b ticket", "-x IN -S -e ticket", "-x IN -a -S -D OUT", "-x IN -Q", "-x IN -S -d none", "-x IN -S -i none", "-x IN -S -g none"}},
	{name: "crm_ticket", hidden: "--set-name= --nvpair= --xml-file=", calls: []string{
		"-l", "-L", "-w", "-q", "-c", "-t ticket -l", "-t ticket -q", "-t ticket -c", "-t ticket -g", "-t ticket -g --force", "-t ticket -r", "-t ticket -r --force", "-t ticket -s", "-t ticket -a", "-t ticket -G granted", "-t ticket -G none", "-t ticket -G none -d x", "-t ticket -S a -v b", "-t ticket -S granted -v true", "-t ticket -D granted", "-t ticket -D last-granted --force", "-t ticket -D none", "-t ticket -C", "-t ticket -C --force",
		"-t none -l", "-t none -q", "-t none -G granted", "-t none -D granted", "-t none -C", "-t none -C --force", "-t none -g --force", "-t none -s", "-t none -c", "-t none -S a -v b", "-t none -D a", "-g", "-G granted", "-S a", "-C"}},
	{name: "crm_verify", calls: []string{
		"-x IN", "-p", "-X '<cib/>'", "-X '<cib'", "-L", "-x IN -S OUT", "-x IN -V", "-x IN -q", "-L -S OUT", "-X ''"}},
	{name: "crmadmin", hidden: "--health", calls: []string{
		"-D", "-S node1", "-P", "-N", "-N cluster", "-N remote", "-N guest", "-N all", "-B -N", "-D -t 1", "-P -i name", "-q -D", "-H", "-S none", "-K node1", "-E node1"}},
	{name: "iso8601", alone: true, calls: []string{
		"-n", "-d 2021-01-01", "-d '2021-01-01 12:00:00Z' -s", "-p 2021-01-01/P1D", "-D P1D", "-d 2021-01-01 -D P1D", "-d 2021-01-01 -E '2021-01-01 00:00:00Z'", "-d 2021-01-01 -L -O", "-d 2021-W01-1 -W", "-D nonsense", "-p nonsense", "-d nonsense", "-d 2021-13-01", "-d 2021-02-30", "-p 2021-01-02/2021-01-01", "-E x -d 2021-01-01", "-D PT", "-D P", "-s", "-d 2021-01-01 -S"}},
	{name: "pacemakerd", alone: true, calls: []string{
		"-F", "-S", "-$", "--features"}},
	{name: "stonith_admin", alone: true, calls: []string{
		"-L", "-l node1", "-s device", "-I", "-M -a none", "-Q device", "-H node1", "-H '*'", "-h node1", "-K -a none", "-R name -a none", "-D none", "-r node1 -i 1 -v device", "-d node1 -i 1", "-U", "-C node1", "-H node1 -c", "-H node1 -b", "-L -t 5", "-L -y 5", "-L --tolerance 5s", "-M", "-K", "-R name", "-r node1", "-d node1", "-K -a none -o a=b", "-K -a none -o nonsense", "-L --as-node-id", "-r node1 -i nonsense -v device", "-r node1 -i -1 -v d",
		"-L --output-as=html"}},
	{name: "crm_failcount", calls: []string{
		"-G -r dummy -N node1", "-D -r dummy -N node1", "-r dummy -N node1", "-r none -N node1", "-G -r dummy -N none", "-G -r dummy -N node1 -n monitor -I 10s", "-G", "-G -r dummy", "-v 1 -r dummy -N node1", "-q -G -r dummy -N node1"}},
	{name: "crm_master", calls: []string{
		"-G -r dummy -N node1", "-v 1 -r dummy -N node1", "-D -r dummy -N node1", "-v 1 -r dummy -N node1 -l reboot", "-G", "-v 1", "-v -INFINITY -r dummy -N node1 -l reboot"}},
	{name: "crm_standby", calls: []string{
		"-G -N node1", "-v on -N node1", "-D -N node1", "-v nonsense -N node1", "-G -N none", "-v on -N node1 -l reboot", "-G", "-v on", "-q -G -N node1"}},
	{name: "crm_report", alone: true, calls: []string{
		"--features", "-f nonsense out", "-f 12:00 -t nonsense out"}},
}
