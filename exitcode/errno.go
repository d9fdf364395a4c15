package exitcode

import "syscall"

// OfErrno maps an error of the operating system, by the table that crm_error shows.
func OfErrno(e syscall.Errno) Code {
	switch e {
	case 0:
		return OK
	case syscall.EACCES:
		return InsufficientPriv
	case syscall.EBADF, syscall.EINVAL, syscall.EFAULT, syscall.ENOSYS, syscall.EOVERFLOW:
		return Software
	case syscall.EBADMSG, syscall.EMSGSIZE, syscall.ENOMSG, syscall.ENOPROTOOPT, syscall.EPROTO,
		syscall.EPROTONOSUPPORT, syscall.EPROTOTYPE:
		return Protocol
	case syscall.ECOMM, syscall.ENOMEM:
		return OSErr
	case syscall.ECONNABORTED, syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ENOTCONN:
		return Disconnect
	case syscall.EEXIST:
		return Exists
	case syscall.EIO:
		return IOErr
	case syscall.ENOTSUP:
		return Unimplemented
	case syscall.ENOTUNIQ:
		return Multiple
	case syscall.ENODEV, syscall.ENOENT, syscall.ENXIO:
		return NoSuch
	case syscall.ETIME, syscall.ETIMEDOUT:
		return Timeout
	case syscall.EAGAIN, syscall.EBUSY:
		return Unsatisfied
	}
	return Error
}
