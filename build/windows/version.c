/*
 * For the test machine alone: never part of Graft. It lies in Wine's system folder as version.dll, which the kept compiler
 * (zig.exe) asks for, and lends that program three calls that Wine 8 does not have in the form that it uses:
 *   NtLockFile, NtUnlockFile       with a block for the answer (Wine: STATUS_NOT_IMPLEMENTED)
 *   NtSetInformationFile           of the classes 64 and 65, to delete and to rename as POSIX does; the older classes 13 and 10 do it
 * Only the table of imports of the process's own program is changed; what version.dll is for goes to kernelbase (version.def).
 */
#include <windows.h>
#include <winternl.h>

#define NOT_IMPLEMENTED ((NTSTATUS)0xC0000002)

typedef NTSTATUS(NTAPI *LockFile_t)(HANDLE, HANDLE, PVOID, PVOID, IO_STATUS_BLOCK *, LARGE_INTEGER *, LARGE_INTEGER *, ULONG *,
                                    BOOLEAN, BOOLEAN);
typedef NTSTATUS(NTAPI *UnlockFile_t)(HANDLE, IO_STATUS_BLOCK *, LARGE_INTEGER *, LARGE_INTEGER *, ULONG *);
typedef NTSTATUS(NTAPI *SetFile_t)(HANDLE, IO_STATUS_BLOCK *, PVOID, ULONG, ULONG);

static LockFile_t lockFile;
static UnlockFile_t unlockFile;
static SetFile_t setFile;

static NTSTATUS answer(IO_STATUS_BLOCK *io, NTSTATUS status) {
  if (io) {
    io->Status = status;
    io->Information = 0;
  }
  return status;
}

static NTSTATUS NTAPI lockFileHere(HANDLE file, HANDLE event, PVOID apc, PVOID context, IO_STATUS_BLOCK *io,
                                   LARGE_INTEGER *offset, LARGE_INTEGER *length, ULONG *key, BOOLEAN atOnce, BOOLEAN alone) {
  return answer(io, lockFile(file, event, apc, context, NULL, offset, length, NULL, atOnce, alone));
}

static NTSTATUS NTAPI unlockFileHere(HANDLE file, IO_STATUS_BLOCK *io, LARGE_INTEGER *offset, LARGE_INTEGER *length, ULONG *key) {
  return answer(io, unlockFile(file, NULL, offset, length, NULL));
}

static NTSTATUS NTAPI setFileHere(HANDLE file, IO_STATUS_BLOCK *io, PVOID data, ULONG size, ULONG kind) {
  if (kind == 64) {
    BOOLEAN isDeleted = *(ULONG *)data & 1;
    return setFile(file, io, &isDeleted, sizeof isDeleted, 13);
  }
  if (kind == 65) {
    /* The same structure, but for its first field: flags, of which the first is "replace what is there". */
    ULONG flags = *(ULONG *)data;
    *(BOOLEAN *)data = flags & 1;
    NTSTATUS status = setFile(file, io, data, size, 10);
    *(ULONG *)data = flags;
    return status;
  }
  return setFile(file, io, data, size, kind);
}

static void lend(void **place, const char *name, void *here) {
  void *there = (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
  DWORD before;
  if (*place != there || !VirtualProtect(place, sizeof *place, PAGE_READWRITE, &before)) return;
  *place = here;
  VirtualProtect(place, sizeof *place, before, &before);
}

static void lendAll(BYTE *program) {
  IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(program + ((IMAGE_DOS_HEADER *)program)->e_lfanew);
  DWORD start = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
  if (!start) return;
  for (IMAGE_IMPORT_DESCRIPTOR *each = (IMAGE_IMPORT_DESCRIPTOR *)(program + start); each->Name; each++) {
    if (lstrcmpiA((char *)program + each->Name, "ntdll.dll")) continue;
    for (void **place = (void **)(program + each->FirstThunk); *place; place++) {
      lend(place, "NtLockFile", (void *)lockFileHere);
      lend(place, "NtUnlockFile", (void *)unlockFileHere);
      lend(place, "NtSetInformationFile", (void *)setFileHere);
    }
  }
}

BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID reserved) {
  (void)library, (void)reserved;
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  HMODULE ntdll = GetModuleHandleA("ntdll.dll");
  lockFile = (LockFile_t)GetProcAddress(ntdll, "NtLockFile");
  unlockFile = (UnlockFile_t)GetProcAddress(ntdll, "NtUnlockFile");
  setFile = (SetFile_t)GetProcAddress(ntdll, "NtSetInformationFile");
  lendAll((BYTE *)GetModuleHandleA(NULL));
  return TRUE;
}
