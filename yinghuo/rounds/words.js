/** Every word that the follow-up teams' app adds to the phone app's, Chinese and English; {n} stands for a value. */
import { language } from "/field/words.js";

const WORDS = {
  title: ["随访", "Follow-up"], rounds: ["领取今日任务", "Take a round of today"], no_rounds: ["辖区今日没有可领取的任务", "No round of today is free in your area"],
  round_visits: ["{n} 人，已见到 {seen}", "{n} visits, {seen} seen"], overdue_n: ["漏访 {n}", "{n} overdue"], mine: ["本机", "this phone"],
  part: ["第 {n} 组", "part {n}"],
  taken: ["已领取，可离线随访；清单零点清除", "Taken. It works without a network; the list is wiped at midnight"],
  progress: ["已记录 {n} / {of}", "{n} of {of} recorded"], day_n: ["第 {n} 天", "Day {n}"], missed: ["昨日漏访", "Missed yesterday"],
  no_room: ["房间不详", "Room not known"],
  other_round: ["更换任务", "Another round"], send: ["立即上传", "Send now"], back: ["返回清单", "Back to the list"],
  found: ["随访结果", "What did you find?"], seen_well: ["见到，无异常", "Seen, well"], seen_ill: ["见到，身体不适", "Seen, unwell"],
  not_reached: ["未见到", "Not reached"], refused: ["拒绝配合", "Refused"], moved: ["已搬离", "Moved away"],
  temperature: ["体温 °C（可不填）", "Temperature °C (optional)"], temperature_odd: ["体温应在 30 至 45 之间", "A temperature lies between 30 and 45"],
  symptoms: ["症状", "Symptoms"],
  fever: ["发热", "Fever"], cough: ["咳嗽", "Cough"], sore_throat: ["咽痛", "Sore throat"], runny_nose: ["鼻塞流涕", "Runny nose"], fatigue: ["乏力", "Fatigue"],
  taste_smell: ["嗅味觉减退", "Loss of taste or smell"], muscle_pain: ["肌肉酸痛", "Muscle pain"], diarrhoea: ["腹泻", "Diarrhoea"],
  breathless: ["气促", "Short of breath"],
  save: ["保存", "Keep it"], choose: ["请选择随访结果", "Choose what you found"], kept: ["{who} 已记录", "{who} recorded"],
  kept_ill: ["{who} 已记录：上传后即报告，请本人等候", "{who} recorded: it is reported when sent; ask the person to wait"],
  wiped: ["昨日清单已清除，请领取今日任务", "Yesterday's list was wiped. Take a round of today"], language: ["English", "中文"], dark: ["深色", "Dark"],
  not_team: ["这不是随访手机的登记码，请在采样应用中登记", "This code is not for a follow-up team's phone"],
  tray: ["{n} 条服务器无法读取，请告知管理员", "The server could not read {n}. Tell your manager"],
};
/** The words for a key with its values. */
export const t = (key, values = {}) =>
  WORDS[key][language() === "en" ? 1 : 0].replace(/\{(\w+)\}/g, (_all, name) => values[name]);
