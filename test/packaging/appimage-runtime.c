/* Stands for the runtime of AppImages where no real one is given: the same layout and options, but it unpacks with
   unsquashfs instead of mounting. The tests write the three bytes "AI\2" at offset 8. */
#include <elf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where an AppImage keeps the address of its next version. */
__attribute__((section(".upd_info"), used)) char upd_info[64] = "zsync|donor";

static long own_size(void) {
  FILE *file = fopen("/proc/self/exe", "rb");
  Elf64_Ehdr header;
  if (!file || fread(&header, sizeof header, 1, file) != 1) exit(2);
  fclose(file);
  return (long)(header.e_shoff + (unsigned long)header.e_shnum * header.e_shentsize);
}

static int unpack(const char *image, const char *folder) {
  char offset[32];
  snprintf(offset, sizeof offset, "%ld", own_size());
  pid_t child = fork();
  if (child == 0) {
    execlp("unsquashfs", "unsquashfs", "-quiet", "-no-progress", "-force", "-offset", offset, "-dest", folder, image, (char *)0);
    perror("unsquashfs");
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int count, char **words) {
  char image[PATH_MAX], folder[] = "/tmp/graft-appimage-XXXXXX", program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", image, sizeof image - 1);
  if (length < 0) return 2;
  image[length] = 0;
  if (count > 1 && strcmp(words[1], "--appimage-offset") == 0) return printf("%ld\n", own_size()) < 0;
  if (count > 1 && strcmp(words[1], "--appimage-extract") == 0) return unpack(image, "squashfs-root");
  if (!getenv("APPIMAGE_EXTRACT_AND_RUN")) {
    fputs("This stand-in cannot mount: set APPIMAGE_EXTRACT_AND_RUN=1.\n", stderr);
    return 1;
  }
  if (!mkdtemp(folder) || unpack(image, folder) != 0) return 2;
  snprintf(program, sizeof program, "%s/AppRun", folder);
  pid_t child = fork();
  if (child == 0) {
    setenv("APPDIR", folder, 1);
    words[0] = program;
    execv(program, words);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  snprintf(program, sizeof program, "rm -rf %s", folder);
  return system(program) != 0 || !WIFEXITED(status) ? 2 : WEXITSTATUS(status);
}
