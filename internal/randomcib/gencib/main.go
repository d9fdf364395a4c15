// Gencib writes the random cluster of a seed, to look at it or to give it to other programs.
//
//	go run ./internal/randomcib/gencib -seed 7 [-only a,b] [-without a,b] [-weights a=1,b=0.5] [-nodes N] [-resources N] [-on]
package main

import (
	"flag"
	"fmt"
	"os"

	"pacer/internal/randomcib"
)

func main() {
	seed := flag.Uint64("seed", 1, "the seed")
	show := flag.Bool("on", false, "write which features are on instead of the document")
	options := randomcib.Flags(flag.CommandLine)
	flag.Parse()
	o, err := options()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gencib:", err)
		os.Exit(2)
	}
	if *show {
		for _, f := range randomcib.On(*seed, o) {
			fmt.Println(f)
		}
		return
	}
	if _, err := os.Stdout.Write(randomcib.New(*seed, o).Pretty(nil)); err != nil {
		fmt.Fprintln(os.Stderr, "gencib:", err)
		os.Exit(1)
	}
}
