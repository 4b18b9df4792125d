#!/bin/sh
# Compiles the runtime of AppImages from its own source, where none can be downloaded:
#   sh build/linux/make-appimage-runtime.sh TYPE2_RUNTIME SQUASHFUSE RESULT
# TYPE2_RUNTIME and SQUASHFUSE are checkouts of AppImage/type2-runtime (tried: caf24f9) and vasi/squashfuse (0.5.2).
# Needs gcc and, in Debian's names, libfuse3-dev, libzstd-dev, zlib1g-dev. The result is static, reads gzip and zstd and
# mounts with the system's fusermount3; GRAFT_APPIMAGE_RUNTIME=RESULT makes `npm run package` use it.
set -eu

[ $# -eq 3 ] || { echo "Expected: make-appimage-runtime.sh TYPE2_RUNTIME SQUASHFUSE RESULT" >&2; exit 2; }
runtime=$(realpath "$1")/src/runtime
squashfuse=$(realpath "$2")
result=$(realpath -m "$3")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mkdir -p include
cp -r "$squashfuse" include/squashfuse
cd include/squashfuse
# What its configure script would find on Linux with FUSE 3, without the compressions that AppImages do not use.
cat > config.h <<'END'
#define FUSE_USE_VERSION 32
#define HAVE_ASM_BYTEORDER_H 1
#define HAVE_DECL_FUSE_ADD_DIRENT 0
#define HAVE_DECL_FUSE_ADD_DIRENTRY 1
#define HAVE_DECL_FUSE_DAEMONIZE 1
#define HAVE_DECL_FUSE_SESSION_REMOVE_CHAN 0
#define HAVE_ENDIAN_H 1
#define HAVE_LINUX_TYPES_LE16 1
#define HAVE_NEW_FUSE_UNMOUNT 1
#define HAVE_SYS_SYSMACROS_H 1
#define HAVE_ZLIB_H 1
#define HAVE_ZSTD_H 1
#define PACKAGE_NAME "squashfuse"
#define PACKAGE_STRING "squashfuse"
#define PACKAGE_VERSION "source"
#define NONSTD_PREAD_DEF CHANGE_XOPEN_SOURCE
#define NONSTD_S_IFSOCK_DEF CHANGE_XOPEN_SOURCE
#define NONSTD_SYMLINK_DEF CHANGE_XOPEN_SOURCE
END
sh gen_swap.sh squashfs_fs.h
cd "$folder"

flags="-std=gnu99 -Os -fPIE -ffunction-sections -fdata-sections -D_FILE_OFFSET_BITS=64"
flags="$flags -Iinclude -Iinclude/squashfuse $(pkg-config --cflags fuse3)"
for name in cache decompress dir file fs fuseprivate hash ll ll_inode nonstd-daemon nonstd-enoattr nonstd-makedev \
  nonstd-pread nonstd-stat nonstd-symlink stack stat swap table traverse util xattr; do
  gcc $flags -w -D_GNU_SOURCE -D_POSIX_C_SOURCE=200809L -DHAVE_CONFIG_H -c "include/squashfuse/$name.c" -o "$name.o"
done
version=$(git -C "$runtime" rev-parse --short HEAD 2>/dev/null || echo unknown)
gcc $flags -w -DGIT_COMMIT="\"$version\"" -c "$runtime/runtime.c" -o runtime.o
gcc -static-pie -T "$runtime/data_sections.ld" -Wl,--gc-sections ./*.o -lfuse3 -lzstd -lz -lpthread -ldl -lrt -o "$result"
strip "$result"
# The mark of a type 2 AppImage, at offset 8.
printf 'AI\002' | dd of="$result" bs=1 seek=8 conv=notrunc status=none
echo "$result"
