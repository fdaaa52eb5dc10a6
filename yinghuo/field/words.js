/** Every word of the phone app, Chinese and English; {n} stands for a value, {n|one|many} for a word that follows it. */

const WORDS = {
  // at the head
  unsent: ["未上传 {n}", "{n} unsent"], all_sent: ["已全部上传", "all sent"], help_n: ["待处理 {n}", "{n} need help"], menu: ["菜单", "Menu"],
  back: ["返回", "Back"], cancel: ["取消", "Cancel"],
  trouble_network: ["没有网络，数据保存在本机，联网后自动上传", "No network. All is kept on this phone and goes out by itself"],
  trouble_server: ["服务器繁忙，数据保存在本机，稍后自动重试", "The server is busy. All is kept on this phone and tried again"],
  trouble_token: ["本机登记已失效，数据仍在本机，请重新登记", "The server does not know this phone. All is kept; enrol it again"],
  trouble_update: ["应用版本过旧，数据仍在本机，请联网后重新打开", "This app is too old. All is kept; open it again with a network"],
  trouble_refused: ["服务器未接收，数据仍在本机，请告知管理员", "The server does not take this. All is kept; tell your manager"],
  stale: ["清单已过期，可继续采样，联网后请更新", "The site's list is out of date. Go on, and refresh it when there is a network"],
  lost: ["本次未能存入本机，请用纸笔记下并联系管理员", "This could not be stored on the phone. Write it down and call your manager"],
  // enrolment and sign-in
  enrol: ["登记本机", "Enrol this phone"], enrol_help: ["请扫描管理员页面上的登记二维码", "Scan the code on the manager's page"],
  enrol_code: ["登记码", "Enrolment code"], enrol_label: ["手机名称", "Name of this phone"], enrol_ready: ["登记码已读取", "The code is read"],
  scan_enrol: ["扫登记码", "Scan the code"], revoked: ["本机已停用", "This phone was revoked"],
  revoked_help: ["管理员已停用本机，本机数据已清除", "A manager revoked this phone; its data were erased"], site: ["选择采样点", "Choose your site"],
  find: ["查找", "Find"], none: ["没有符合的", "Nothing fits"], signing_in: ["正在取清单", "Fetching the site's list"],
  signed_in: ["已进入 {site}，可离线工作", "Signed in at {site}; works without a network"],
  need_network: ["这一步需要网络，请到有信号处再试", "This step needs a network. Try again where there is one"],
  // the tube
  scan_tube: ["扫样管", "Scan the tube"], scan_tube_help: ["先扫样管，再逐人扫码", "Tube first, then people one after another"],
  scan_person: ["扫下一人", "Scan the next person"], looking_tube: ["对准样管条码", "Aim at the tube"],
  looking_person: ["对准身份码", "Aim at the person's code"], stop: ["关闭相机", "Close the camera"],
  no_camera: ["相机不可用，请用扫码枪或手工输入", "No camera. Use a scanner or type"], count: ["{n} 人", "{n} {n|person|people}"],
  of: ["共可 {n} 人", "of {n}"], seal: ["封管 · {n} 人", "Seal · {n}"], type: ["输证件号", "Type ID"], type_tube: ["输管号", "Type code"],
  group: ["选分组", "Group"], undo: ["撤回", "Undo"], members: ["本管名单", "In this tube"], added: ["{who} 已采", "{who} added"],
  undone: ["已撤回 {who}", "{who} taken back"], sealed: ["{tube} 已封管，{n} 人", "{tube} sealed with {n}"], opened: ["{tube} 已打开", "{tube} is open"],
  already_open: ["{tube} 正在采样", "{tube} is open already"], tube_first: ["请先扫样管", "Scan the tube first"], full: ["已满，请封管", "Full: seal it"],
  unclear: ["无法识别：{text}", "Not readable: {text}"],
  over: ["超出每管 {n} 人，可撤回或移到另一管", "Over {n} a tube. Undo, or move people to another tube"],
  // questions that warn and never block
  twice: ["{who} 本轮 {at} 已采入 {tube}", "{who} was swabbed at {at} into {tube}"], twice_no: ["不重复记录", "Do not record again"],
  twice_yes: ["仍然记录", "Record anyway"], strange: ["管号 {tube} 不在本次发放号段内", "{tube} is not among the codes issued here"],
  known_tube: ["{tube} 已于 {at} {state}，{n}", "{tube} was {state} at {at} with {n}"], use_no: ["换一支样管", "Take another tube"],
  use_yes: ["仍然使用", "Use it anyway"],
  next_tube: ["{tube} 还未封管（{n}），封管并打开 {next}？", "{tube} is not sealed ({n}). Seal it and open {next}?"],
  next_yes: ["封管并打开下一管", "Seal and open the next"], next_no: ["继续本管", "Stay with this tube"], state_open: ["采样中", "open"],
  state_sealed: ["封管", "sealed"], state_void: ["作废", "voided"],
  // typing and groups
  number: ["证件号码", "Identity number"], code: ["条码号", "Code"], add: ["加入本管", "Add to the tube"], use: ["使用此号", "Use this code"],
  fault_length: ["还差 {n} 位", "{n} {n|character|characters} to go"], fault_long: ["多了 {n} 位", "{n} {n|character|characters} too many"],
  fault_check: ["校验位不符，请核对号码", "The check digit does not fit. Look at the number again"], fault_none: ["号码校验通过", "The check digit fits"],
  anyway: ["核对无误，仍然加入", "It is as written: add anyway"], erase: ["删一位", "Erase one"], groups: ["分组", "Groups"],
  add_n: ["加入 {n} 人", "Add {n} {n|person|people}"], left_out: ["点按可去掉未到的人", "Tap whoever is not here"],
  places: ["本管还可加 {n} 人", "{n} {n|place|places} left in this tube"],
  // correcting
  select: ["点选要移出的人", "Tap the people to move"], move_n: ["将 {n} 人移到另一管", "Move {n} to another tube"],
  move_to: ["扫目标样管", "Scan the tube they go to"], moved: ["{n} 人已移到 {tube}", "{n} moved to {tube}"], void: ["作废本管", "Void this tube"],
  void_why: ["{tube} 作废后，管内 {n} 人须重新采样", "{tube} will not be assayed; its {n} {n|person|people} must be swabbed again"],
  note: ["说明（可不填）", "Note (optional)"], voided: ["{tube} 已作废", "{tube} voided"], leaked: ["渗漏", "Leaked"], broken: ["破损", "Broken"],
  empty: ["空管", "Empty"], mislabelled: ["标签错误", "Wrong label"], other: ["其他", "Other"], tubes: ["本机样管", "Tubes of this phone"],
  put_away: ["放下本管", "Put this tube away"],
  // packing and carriage
  packing: ["装箱", "Pack a box"], sampling: ["采样", "Sampling"], scan_box: ["扫箱码", "Scan the box"], looking_box: ["对准箱码", "Aim at the box"],
  scan_tubes: ["扫样管入箱", "Scan tubes into the box"], in_box: ["箱内", "in the box"], system: ["系统未装箱 {n} 管", "System: {n} not in a box"],
  own: ["本机封管未装箱 {n} 管", "This phone's own: {n} not in a box"], missing: ["还有 {n} 管未扫：{list}", "{n} not scanned yet: {list}"],
  in_already: ["{tube} 已在箱内", "{tube} is in the box already"], packed: ["{tube} 已入箱", "{tube} is in the box"],
  box_full: ["一箱最多 {n} 管，请封箱", "A box holds {n} at the most: seal it"], take_out: ["取出上一管", "Take the last out"],
  seal_box: ["封箱", "Seal the box"], counted: ["清点数（管）", "Your count of tubes"], seal_number: ["封签号", "Seal number"],
  differs: ["清点 {counted} 管，扫描 {scanned} 管，请再核对", "You counted {counted}, scanned {scanned}. Look again"],
  box_sealed: ["{box} 已封箱，{n} 管", "{box} sealed with {n} {n|tube|tubes}"], vehicle: ["车辆", "Vehicle"],
  temperature: ["箱内温度 °C（可不填）", "Temperature °C (optional)"], seal_optional: ["封签号（可不填）", "Seal number (optional)"],
  collect: ["确认取件", "Collect"], collected: ["{box} 已取件", "{box} collected"], today: ["今日已取 {n} 箱", "{n} {n|box|boxes} collected"],
  // menu
  language: ["English", "中文"], hand: ["左手", "Left hand"], glove: ["戴手套", "Gloves"], speech: ["报数", "Spoken count"], sound: ["声音", "Sound"],
  theme: ["深色", "Dark"], change_site: ["更换采样点", "Another site"], refresh: ["更新清单", "Refresh the site's list"], send: ["立即上传", "Send now"],
  tray: ["待处理记录", "Needs help"],
  tray_help: ["服务器无法读取，请导出文件，交管理员更正。", "The server could not read these. Export them; your manager corrects them."],
  export: ["导出文件", "Export a file"], exported: ["已导出 {n} 条，交给管理员后可清除", "{n} exported. Clear them once your manager has the file"],
  clear: ["清除已导出的 {n} 条", "Clear the {n} exported"], nothing: ["没有待处理记录", "Nothing needs help"],
  device: ["本机：{name} · 区域 {area}", "This phone: {name} · area {area}"], persistent: ["存储已受保护", "Storage is protected"],
  not_persistent: ["存储未受保护：请把应用添加到主屏幕", "Storage is not protected: add the app to the home screen"], door_swabs: ["采样", "Swab"],
  door_tubes: ["封管", "Sealing"], door_corrections: ["更正", "Correction"], door_voids: ["作废", "Void"], door_boxes: ["装箱", "Box"],
  door_handovers: ["交接", "Hand-over"],
};
let chosen = navigator.language.startsWith("zh") ? 0 : 1;
/** "zh" or "en". */
export const language = () => (chosen ? "en" : "zh");
/** Speaks this language from now on; without one, the browser's. */
export function speakIn(name) {
  if (name) chosen = name === "en" ? 1 : 0;
  document.documentElement.lang = chosen ? "en" : "zh-Hans";
}
/** The words for a key with its values. */
export function t(key, values = {}) {
  const forms = (_all, name, one, many) => (one ? (values[name] === 1 ? one : many) : values[name]);
  return WORDS[key][chosen].replace(/\{(\w+)(?:\|([^|}]+)\|([^}]+))?\}/g, forms);
}
/** A thing's name in the reader's language. */
export const nameOf = (thing, stem = "name") => thing[`${stem}_${language()}`] || thing[`${stem}_zh`];
