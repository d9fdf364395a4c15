package remote

import (
	"errors"
	"fmt"
	"os"

	"pacer/clusterconf"
	"pacer/place"
)

// Files are the keys of one end, all PEM.
type Files struct {
	// CA are the authorities that the other end's certificate must come from.
	CA string
	// Cert is this end's certificate with those between it and the authority, Key its private key.
	Cert, Key string
	// CRL are lists of revoked certificates; "" for none.
	CRL string
}

// maxFile limits a file of settings or keys, in bytes.
const maxFile = 4 << 20

// NodeFiles are the files that a node's settings name: in the environment, else in the files of variables that distributions have for
// it. A file that is not there is no error.
func NodeFiles(getenv func(string) string, places place.Places) (Files, error) {
	kept := map[string]string{}
	for _, path := range places.EnvironmentFiles() {
		data, err := readFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return Files{}, err
		}
		kept = clusterconf.Variables(data)
		break
	}
	get := func(name string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return kept[name]
	}
	return Files{CA: get("PCMK_ca_file"), Cert: get("PCMK_cert_file"), Key: get("PCMK_key_file"), CRL: get("PCMK_crl_file")}, nil
}

// CallerFiles are the files that a caller's environment names: the daemons' variables first, as Pacemaker has it, then the tools'.
func CallerFiles(getenv func(string) string) Files {
	get := func(name string) string {
		if v := getenv("PCMK_" + name); v != "" {
			return v
		}
		return getenv("CIB_" + name)
	}
	return Files{CA: get("ca_file"), Cert: get("cert_file"), Key: get("key_file"), CRL: get("crl_file")}
}

// missing names the settings without which a node does not open its door, "" when all are there.
func (f Files) missing() string {
	switch {
	case f.CA == "":
		return "PCMK_ca_file"
	case f.Cert == "":
		return "PCMK_cert_file"
	case f.Key == "":
		return "PCMK_key_file"
	}
	return ""
}

// readFile reads a file that is not too large to be what it should be.
func readFile(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.Size() > maxFile || !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file of at most %d bytes", path, maxFile)
	}
	return os.ReadFile(path)
}
