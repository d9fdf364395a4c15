package disk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// smallForm begins a small file and names its form.
const smallForm = "pacer state 1"

// WriteSmall replaces a file that holds one line of text. It is durable, and after a crash the file is the old one or the new one.
func WriteSmall(fs FS, name, line string) error {
	if strings.Contains(line, "\n") {
		return errors.New("disk: a small file holds one line")
	}
	text := fmt.Sprintf("%s\n%s\n%08x\n", smallForm, line, checksum([]byte(line)))
	s := Store{fs: fs}
	if err := s.put(name, []byte(text)); err != nil {
		return err
	}
	return fs.SyncDir()
}

// ReadSmall reads what WriteSmall wrote. A missing file is fs.ErrNotExist; any other error says why it cannot be used.
func ReadSmall(fs FS, name string) (string, error) {
	data, err := fs.ReadFile(name)
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(data), "\n")
	if len(lines) != 4 || lines[0] != smallForm || lines[3] != "" {
		return "", fmt.Errorf("it has not the form %q, a line and its checksum", smallForm)
	}
	if sum, err := strconv.ParseUint(lines[2], 16, 32); err != nil || len(lines[2]) != 8 || uint32(sum) != checksum([]byte(lines[1])) {
		return "", errors.New("its checksum is wrong")
	}
	return lines[1], nil
}
